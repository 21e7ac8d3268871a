"""Networks of pictures for programs without relxfer."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from pathlib import Path

import pytest

from relxfer.errors import Incompatible, UsageError
from relxfer.predict import export, predictions
from relxfer.predict.chosen import Wanted
from relxfer.testing import harness

DOCS = Path(__file__).resolve().parents[2] / "docs" / "exports.md"


def as_documented(folder: Path) -> dict[str, float]:
    """The probabilities that the code of the documentation computes for `new.png` in this folder, with torch alone."""
    (code,) = (
        block
        for block in re.findall(r"```python \{\.no-check\}\n(.*?)```", DOCS.read_text(), re.DOTALL)
        if "nn.Module" in block
    )
    assert "relxfer" not in code
    made: dict = {}
    with contextlib.chdir(folder):
        exec(code, made)
    return made["probabilities"]


@pytest.fixture
def chosen(small):
    def of(kind, **wanted):
        return predictions.choose(small(kind).run, harness.plugins_with([]), Wanted(**wanted))

    return of


def test_a_state_dict_with_its_json_predicts_in_torch_alone_what_relxfer_predicts(small, chosen, tmp_path):
    row = chosen("pictures", seed=1)
    card = export.export(row, tmp_path / "my_network")
    assert json.loads((tmp_path / "my_network" / "model.json").read_text()).items() >= card.items()
    inputs = card["inputs"]
    assert card["architecture"]["name"] == "lenet"
    assert card["architecture"]["class"] == "relxfer_vision.architectures.lenet_net:LeNet"
    assert (inputs["size"], inputs["channels"], inputs["resize"], inputs["interpolation"]) == (
        28, 1, "stretch", "bilinear"
    )  # fmt: skip
    assert card["scores"] == {"task": "classification", "shows": "probability", "answers": ["dark", "light"]}
    for file in small("pictures").questions.glob("*.png"):
        shutil.copy(file, tmp_path / "new.png")
        table = predictions.predict(row, {"file": [str(file)]}, 2)
        told = dict(zip(table["answer"], table["probability"], strict=True))
        assert as_documented(tmp_path) == pytest.approx(told, abs=1e-5)


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
