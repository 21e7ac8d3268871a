"""Validation scores by which rows are compared."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from relxfer.declare import resolve
from relxfer.execute.engine import Engine
from relxfer.execute.transfers import left_out
from relxfer.predict.validation import Validation
from relxfer.results.results import Results
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness


@pytest.fixture
def opened(results, tmp_path):
    """A copy of the run, and the validation of its cells."""
    folder = shutil.copytree(results.folder, tmp_path / "run")
    plugins = harness.plugins_with([blobs])
    engine = Engine(resolve.load(results.folder / "config.toml", plugins), plugins, Store.open(folder))
    return Results.open(folder), Validation(engine)


def of(results, strategy, budget="all", seed=3):
    cells = results.cells
    return next(c for c in cells if (c.strategy, c.budget, c.seed) == (strategy, budget, seed))


def test_a_trained_cell_has_the_score_of_the_step_that_was_selected(opened, monkeypatch):
    results, validation = opened
    finetuned = of(results, "finetune")
    ((phase, step),) = finetuned.selection.steps.items()
    points = validation.engine.store.cell(finetuned.id).points()
    expected = next(point.values["validation"] for point in points if (point.phase, point.step) == (phase, step))
    monkeypatch.setattr(validation, "_computed", lambda cell, rule: pytest.fail("it is known"))
    assert validation.score(finetuned) == expected
    assert validation.labels(finetuned) == 12


def test_a_model_that_was_not_selected_is_scored_on_the_same_labels_and_its_score_kept(opened, monkeypatch):
    results, validation = opened
    direct = of(results, "zero-shot")
    score = validation.score(direct)
    rule = validation.rule(direct)
    assert rule.rule == "target-val"
    assert rule.target.test is None
    assert score * len(rule.target.val) == pytest.approx(np.round(score * len(rule.target.val))), "an accuracy"
    monkeypatch.setattr(Validation, "_computed", lambda self, cell, rule: pytest.fail("it is kept"))
    assert Validation(validation.engine).score(direct) == score


def test_a_model_is_not_scored_by_labels_that_it_has_learnt(opened, monkeypatch):
    results, validation = opened
    finetuned = of(results, "finetune")
    rule = validation.rule(finetuned)
    assert validation._computed(finetuned, rule) is not None
    monkeypatch.setattr(left_out, "learns", lambda stages: True)
    assert validation._computed(finetuned, rule) is None


def test_without_validation_labels_there_is_no_score(opened):
    results, validation = opened
    few = of(results, "finetune", 6)
    assert validation.score(few) is not None
    validation.engine.experiment = None
    validation._rules[few.target, few.budget, few.seed] = type(validation.rule(few))()
    assert validation.score(few) is None
    assert validation.labels(few) == 0
