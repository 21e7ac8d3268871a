"""Networks of pictures as ONNX: equal outputs in another runtime, for any number of pictures."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from relxfer_vision.domain import ImageDomain
from relxfer_vision.learner import ImageLearner
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.preprocessing import Preprocessing

from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.judge.metrics.classification import Classification
from relxfer.predict import export
from relxfer.predict.chosen import ChosenRow, Member
from relxfer.testing import harness

pytestmark = pytest.mark.extra
for library in ("onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(library, reason="needs the extra onnx")

TASK = Classification(("cat", "dog", "<eel> & 蛇"))


def chosen(name: str, size: int | None) -> ChosenRow:
    """A network of this name with random weights and statistics, bound to pictures."""
    torch.manual_seed(0)
    record = harness.plugins_with([]).find(SourceModel.kind, name)
    options = options_model(record)()
    model = Chosen(record, options).build()
    preprocessing = Preprocessing.of(ImageOptions(size=size), model.native)
    learner = ImageLearner(model, preprocessing, TASK)
    learner.head, model.task = learner.new_head(), TASK
    for module in learner.module.modules():
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return ChosenRow("a network", (Member(learner, model=Chosen(record, options)),), ImageDomain("d", TASK), "c")


@pytest.mark.parametrize(("name", "size"), [("lenet", None), ("resnet20", None), ("squeezenet1_0", 64)])
def test_equal_scores_for_any_number_of_pictures(name, size, tmp_path):
    import onnx
    import onnxruntime

    row = chosen(name, size)
    card = export.export(row, tmp_path, onnx=True)
    model = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    told = {prop.key: json.loads(prop.value) for prop in model.metadata_props if prop.key in ("relxfer", "classes")}
    assert told == {"relxfer": card, "classes": list(TASK.answers)}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (taken,), (given,) = session.get_inputs(), session.get_outputs()
    assert (taken.name, taken.shape[0], given.name) == ("pictures", "batch", "scores")
    network = row.learner.module.eval()
    for count in (1, 2, 5):
        pictures = torch.randn(count, *taken.shape[1:])
        with torch.no_grad():
            expected = network(pictures).numpy()
        (scores,) = session.run(None, {"pictures": pictures.numpy()})
        assert scores.shape == (count, 3)
        np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_without_onnx_nothing_is_left_of_an_earlier_one(tmp_path):
    (tmp_path / "model.onnx").touch()
    export.export(chosen("lenet", None), tmp_path)
    assert not (tmp_path / "model.onnx").exists()
