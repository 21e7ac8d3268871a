"""A calibrator is fitted to validation labels, stored with the model, and applied by predict."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Calibrator
from relxfer.errors import UnfitArtefact
from relxfer.execute import artefacts
from relxfer.execute.stored import calibration
from relxfer.execute.stored.about import Calibration
from relxfer.predict import predictions
from relxfer.predict.chosen import Wanted
from relxfer.predict.scores import best
from relxfer.store import files
from relxfer.testing import blobs, harness

SEVERAL = {
    "seeds": 1,
    "training": {"steps": 30, "batch_size": 8, "validations": 1, "lr": 0.02},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [20]},
    "strategy": ["finetune", "zero-shot"],
}


class Returns:
    """A calibrator that fits what it is told to, and gives every class the same probability."""

    fitted: object = ({}, {})

    def __init__(self, options):
        pass

    def fit(self, scores, answers):
        return self.fitted

    def apply(self, scores, fitted):
        return np.full_like(scores, 1 / scores.shape[1])


class Plugin:
    __name__ = "own-calibrators"

    @hookimpl
    def relxfer_calibrators(self):
        of = [("constant", ("classification",)), ("of-ranks", ("ranking",))]
        return [Calibrator(name=name, load=f"{__name__}:Returns", tasks=tasks) for name, tasks in of]


@pytest.fixture
def plugins():
    return harness.plugins_with([blobs, Plugin()])


def file_of(results, strategy):
    cell = next(c for c in results.cells if c.strategy == strategy and c.budget == 20)
    assert cell.status == "done", cell.reason
    return cell, results.folder / "cells" / cell.id / "model.safetensors"


def test_it_is_stored_and_changes_no_metric(small, plugins):
    plain = small.run(**SEVERAL, calibrator="none")
    results = small.run(**SEVERAL, calibrator="temperature")
    cell, file = file_of(results, "finetune")
    before, other = file_of(plain, "finetune")
    assert cell.metrics == before.metrics
    assert cell.id != before.id, "what is stored is another model"
    about = artefacts.read(file, plugins, None).about
    assert about.calibration is not None
    assert about.calibration.calibrator == {"use": "temperature"}
    assert 0.05 <= about.calibration.card["temperature"] <= 20
    assert artefacts.read(other, plugins, None).about.calibration is None
    assert "probabilities calibrated by temperature, fitted to 4 validation labels" in cell.notes


def test_a_head_that_is_solved_for_is_calibrated_on_labels_left_out(small, plugins):
    results = small.run(**SEVERAL | {"strategy": ["linear"]}, calibrator="temperature")
    cell, file = file_of(results, "linear")
    about = artefacts.read(file, plugins, None).about
    assert len(about.conformity.scores) == 20
    assert "probabilities calibrated by temperature, fitted to 20 labels that were left out in turn" in cell.notes
    assert len(list(file.parent.glob("validation-*.json"))) == 1, "its score on the same labels"


def test_where_there_are_no_labels_it_is_left_out_with_the_reason(small, plugins):
    plain = small.run(**SEVERAL, calibrator="none")
    results = small.run(**SEVERAL, calibrator="temperature")
    cell, file = file_of(results, "zero-shot")
    assert cell.id == file_of(plain, "zero-shot")[0].id, "it is the same cell"
    assert artefacts.read(file, plugins, None).about.calibration is None


def test_predict_gives_calibrated_probabilities(small, plugins):
    results = small.run(**SEVERAL, calibrator="temperature")
    cell, file = file_of(results, "finetune")
    chosen = predictions.choose(results.folder, plugins, Wanted(cell=cell.id))
    asked = chosen.domain.train.hidden()
    given = next(best(chosen, asked, 3, True)).scores
    scores = np.concatenate([*chosen.learner.predict(asked)]).astype(float)
    temperature = artefacts.read(file, plugins, None).about.calibration.card["temperature"]
    raised = np.exp(scores / temperature)
    expected = np.sort(raised / raised.sum(1, keepdims=True), 1)[:, ::-1]
    assert np.allclose(given, expected[: len(given)], atol=1e-6)
    assert predictions.header(chosen, asked)[-1] == "probability"


def test_the_calibrator_of_a_plugin(small):
    results = small.run(Plugin(), **SEVERAL, calibrator="constant")
    cell, _ = file_of(results, "finetune")
    assert any("calibrated by constant" in note for note in cell.notes)
    chosen = predictions.choose(results.folder, harness.plugins_with([blobs, Plugin()]), Wanted(cell=cell.id))
    given = next(best(chosen, chosen.domain.train.hidden(), 3, True)).scores
    assert np.allclose(given, 1 / 3)
    results = small.run(Plugin(), **SEVERAL, calibrator="of-ranks")
    cell, _ = file_of(results, "finetune")
    assert "not calibrated by of-ranks, which is for ranking: the task is classification" in cell.notes


@pytest.mark.parametrize("fitted", [None, {}, ({},), ([], {}), ({"a": np.array(["x"])}, {}), ({}, {"a": {1, 2}})])
def test_what_cannot_be_stored_fails_in_words(small, monkeypatch, fitted):
    monkeypatch.setattr(Returns, "fitted", fitted)
    results = small.run(Plugin(), **SEVERAL | {"strategy": ["finetune"]}, calibrator="constant")
    cell = next(c for c in results.cells if c.budget == 20)
    assert cell.status == "failed"
    assert "expected fit of the calibrator 'constant' to return" in cell.reason


def test_an_unknown_calibrator_is_refused(small, plugins, tmp_path):
    results = small.run(**SEVERAL, calibrator="temperature")
    _, file = file_of(results, "finetune")
    shutil.copy(file, copy := tmp_path / "m.safetensors")
    arrays, card = files.read_arrays(copy)
    card["calibration"]["calibrator"] = {"use": "temprature"}
    files.write_arrays(copy, arrays, card)
    fitted = artefacts.read(copy, plugins, None).about.calibration
    with pytest.raises(UnfitArtefact, match="a calibrator that an installed plugin offers"):
        calibration.probabilities(fitted, plugins)
    wrong = calibration.probabilities(Calibration({"use": "temperature"}, {}, {}), plugins)
    with pytest.raises(UnfitArtefact, match="expected what the calibrator 'temperature' has fitted"):
        wrong(np.zeros((1, 2)))
