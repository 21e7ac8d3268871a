"""Validation scores by which rows are compared."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from relxfer.declare import resolve
from relxfer.execute.engine import Engine
from relxfer.execute.transfers import left_out
from relxfer.predict import members
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


def test_the_score_of_a_cell_is_the_one_in_the_results(opened, monkeypatch):
    results, validation = opened
    monkeypatch.setattr(validation.engine.validation, "score", lambda *of: pytest.fail("it is known"))
    for cell in results.cells:
        assert validation.score(cell) == cell.validation
        assert cell.validation is not None
    assert validation.labels(of(results, "finetune")) == 12


def test_a_cell_of_an_older_run_is_scored_now_as_it_would_have_been_then(opened):
    results, validation = opened
    for path in results.folder.glob("cells/*/validation-*.json"):
        path.unlink()
    for cell in results.cells:
        assert validation.score(replace(cell, validation=None)) == cell.validation
    direct = of(results, "zero-shot")
    rule = validation.rule(direct)
    assert rule.rule == "target-val"
    assert rule.target.test is None
    right = direct.validation * len(rule.target.val)
    assert right == pytest.approx(np.round(right)), "an accuracy"


def test_priors_are_scored_too(small):
    """A run of few facts, with the priors of knowledge graphs."""
    plugins = harness.plugins_with([])
    folder = small("facts").run
    config = tomllib.loads((folder / "config.toml").read_text()) | {"report": {"minimal_effect": 0.02}, "seeds": [0]}
    results = harness.run(config, folder.parent / "priors", [])
    engine = Engine(resolve.load(results.folder / "config.toml", plugins), plugins, Store.open(results.folder))
    validation = Validation(engine)
    done = [cell for cell in results.cells if cell.status == "done"]
    assert {cell.role for cell in done} >= {"scratch", "prior"}
    for cell in done:
        rule = validation.rule(cell)
        learner = engine.attach.stored(members.stored(engine, cell), members.adapter(engine, cell), rule.target)
        assert cell.validation == pytest.approx(rule.selector()(learner))
        assert 0 < cell.validation < 1


def test_a_model_is_not_scored_by_labels_that_it_has_learnt(opened, monkeypatch):
    results, validation = opened
    finetuned = of(results, "finetune")
    rule, cell = validation.rule(finetuned), validation.planned(finetuned)
    entry, scores = validation.engine.store.cell(finetuned.id), validation.engine.validation
    assert scores._asked(cell, entry, rule) is not None
    monkeypatch.setattr(left_out, "learns", lambda stages: True)
    assert scores._asked(cell, entry, rule) is None


def test_without_validation_labels_there_is_no_score(opened):
    results, validation = opened
    few = of(results, "finetune", 6)
    assert validation.score(few) is not None
    validation.engine.experiment = None
    validation._rules[few.target, few.budget, few.seed, few.strategy] = type(validation.rule(few))()
    assert validation.score(few) is None
    assert validation.labels(few) == 0
