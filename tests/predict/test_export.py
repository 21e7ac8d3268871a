"""Networks of pictures for programs without relxfer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

from relxfer.errors import Incompatible, UsageError
from relxfer.predict import export, predictions
from relxfer.predict.chosen import Wanted
from relxfer.testing import harness


class PlainLeNet(nn.Module):
    """The architecture in torch alone, as the documentation shows it."""

    def __init__(self, size, channels, width, classes):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(channels, 20, 5), nn.BatchNorm2d(20), nn.MaxPool2d(2), nn.ReLU())
        self.conv2 = nn.Sequential(nn.Conv2d(20, 50, 5), nn.BatchNorm2d(50), nn.MaxPool2d(2), nn.ReLU())
        side = ((size - 4) // 2 - 4) // 2
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(50 * side**2, width), nn.BatchNorm1d(width), nn.ReLU())
        self.head = nn.Linear(width, classes)

    def forward(self, pictures):
        return self.head(self.hidden(self.conv2(self.conv1(pictures))))


@pytest.fixture
def chosen(small):
    def of(kind, **wanted):
        return predictions.choose(small(kind).run, harness.plugins_with([]), Wanted(**wanted))

    return of


def prepared(path: Path, inputs: dict) -> torch.Tensor:
    """The picture as model.json says, by Pillow alone."""
    picture = Image.open(path).convert("L" if inputs["channels"] == 1 else "RGB")
    picture = picture.resize((inputs["size"], inputs["size"]), Image.Resampling.BILINEAR)
    pixels = np.asarray(picture, dtype=np.float32).reshape(inputs["size"], inputs["size"], -1) / 255
    pixels = (pixels - np.float32(inputs["mean"])) / np.float32(inputs["std"])
    return torch.from_numpy(pixels.transpose(2, 0, 1))


def test_a_state_dict_with_its_json_predicts_in_torch_alone_what_relxfer_predicts(small, chosen, tmp_path):
    row = chosen("pictures", seed=1)
    card = export.export(row, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "model.json").read_text()).items() >= card.items()
    options, inputs = card["architecture"]["options"], card["inputs"]
    assert card["architecture"]["name"] == "lenet"
    assert card["architecture"]["class"] == "relxfer_vision.architectures.lenet_net:LeNet"
    assert (inputs["size"], inputs["channels"], inputs["resize"], inputs["interpolation"]) == (
        28, 1, "stretch", "bilinear"
    )  # fmt: skip
    assert card["scores"] == {"task": "classification", "shows": "probability", "answers": ["dark", "light"]}
    network = PlainLeNet(options["size"], options["channels"], options["width"], 2)
    network.load_state_dict(load_file(tmp_path / "out" / "model.safetensors"), strict=True)
    network.eval()
    files = sorted(small("pictures").questions.glob("*.png"))
    with torch.no_grad():
        scores = network(torch.stack([prepared(file, inputs) for file in files]))
    ours = (scores / card["calibration"]["temperature"]).softmax(1)
    table = predictions.predict(row, {"file": [str(file) for file in files]}, 2)
    told = {
        (file, answer): p for file, answer, p in zip(table["file"], table["answer"], table["probability"], strict=True)
    }
    for file, row_of in zip(files, ours.tolist(), strict=True):
        for answer, p in zip(card["scores"]["answers"], row_of, strict=True):
            assert told[str(file), answer] == pytest.approx(p, abs=1e-5)


def test_of_several_models_the_first_is_written_and_told(chosen, tmp_path):
    card = export.export(chosen("pictures"), tmp_path / "out")
    assert card["model"].startswith("the first of 2 models of scratch on t")


def test_an_export_replaces_an_earlier_one_and_nothing_else(chosen, tmp_path):
    out = tmp_path / "out"
    for _ in range(2):
        export.export(chosen("pictures", seed=0), out)
    assert sorted(path.name for path in out.iterdir()) == ["model.json", "model.safetensors"]
    (out / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"got .* with 'notes.txt'"):
        export.export(chosen("pictures", seed=0), out)
    with pytest.raises(UsageError, match="got the file"):
        export.check(out / "notes.txt", False)


@pytest.mark.parametrize("kind", ["nodes", "facts"])
def test_models_that_need_their_data_are_refused_in_words(chosen, kind, tmp_path):
    with pytest.raises(Incompatible, match=r"nothing but its inputs.*relxfer refit RUN"):
        export.export(chosen(kind, seed=0), tmp_path / "out")
    assert not (tmp_path / "out").exists()
