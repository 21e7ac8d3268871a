"""Validation scores by which finished cells are compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from relxfer.contract.data import Examples
from relxfer.execute import domains
from relxfer.execute.stored.validation import Finished, Validation
from relxfer.plan.cells import PlannedCell
from relxfer.results.records import CellResult
from relxfer.seeding import seed_torch
from relxfer.testing import blobs, harness

#: A candidate, the architecture on the target alone, and the source unchanged, which is one model for both budgets.
ROWS = {"seeds": [0, 1], "strategy": ["finetune", "zero-shot"]}
FEW = {"name": "t", "dataset": "blobs-target", "label_budgets": [3]}


class Untouchable(Examples):
    """A test that may not be looked at."""

    def __getattribute__(self, name):
        raise AssertionError("the test was opened")


def finished(cell: CellResult) -> Finished:
    return Finished(cell.id, cell.sha, cell.selection)


def planned(engine, cell: CellResult) -> PlannedCell:
    place = cell.strategy, cell.budget, cell.seed
    return next(each for each in engine.plan() if (each.method.name, each.budget, each.seed) == place)


def unasked(monkeypatch) -> None:
    monkeypatch.setattr(Validation, "_asked", lambda *of: pytest.fail("a model is asked"))


def test_every_cell_has_the_score_of_its_model_on_the_labels_of_its_seed_and_budget(small):
    results, engine = small.run(**ROWS), small(**ROWS)
    assert {cell.role for cell in results.cells} == {"candidate", "direct", "scratch"}
    for cell in results.cells:
        of = planned(engine, cell)
        rule = engine.domains.compared(of)
        assert rule.target.test is None
        path = engine.store.cell(cell.id)
        assert cell.validation == engine.validation._asked(of, path, rule), (cell.strategy, cell.budget, cell.seed)
    direct = [cell for cell in results.cells if cell.role == "direct"]
    assert (len(direct), len({cell.id for cell in direct})) == (4, 2)
    assert {row.validation for row in results.rows} == {
        sum(cell.validation for cell in results.cells if (cell.strategy, cell.budget) == (row.strategy, row.budget)) / 2
        for row in results.rows
    }


def test_no_score_depends_on_the_answers_of_the_test(small):
    first = small.run(**ROWS)
    other = {"name": "t", "dataset": {"use": "blobs-target", "shuffle_test": 1}, "label_budgets": [6, "all"]}
    again = small.run(**ROWS, target=other)
    assert [cell.metrics for cell in again.cells] != [cell.metrics for cell in first.cells]
    assert [cell.validation for cell in again.cells] == [cell.validation for cell in first.cells]
    assert None not in {cell.validation for cell in first.cells}


def test_no_test_is_read(small, monkeypatch):
    results, load = small.run(**ROWS), domains.domain_of
    for path in small.folder.glob("run/cells/*/validation-*.json"):
        path.unlink()
    monkeypatch.setattr(domains, "domain_of", lambda dataset: replace(load(dataset), test=object.__new__(Untouchable)))
    engine = small(**ROWS)
    for cell in results.cells:
        assert engine.validation.score(planned(engine, cell), finished(cell)) == cell.validation


def test_what_training_scored_is_not_asked_again(small, monkeypatch):
    unasked(monkeypatch)
    results = small.run(strategy=["finetune", "scratch"])
    store = small(strategy=["finetune", "scratch"]).store
    for cell in results.cells:
        ((phase, step),) = cell.selection.steps.items()
        points = [point for point in store.cell(cell.id).points() if (point.phase, point.step) == (phase, step)]
        assert [point.values["validation"] for point in points] == [cell.validation]


@pytest.mark.parametrize(("queries", "asked"), [(512, 0), (2, 2 * 2)])
def test_a_rule_that_the_user_names_counts_where_it_is_the_one_that_compares(small, monkeypatch, queries, asked):
    seen, ask = [], Validation._asked
    monkeypatch.setattr(Validation, "_asked", lambda *of: seen.append(of[1].method.name) or ask(*of))
    results = small.run(validator={"use": "target-val", "max_queries": queries})
    assert len(seen) == asked, "by the default number of queries, as all other rows"
    assert None not in {cell.validation for cell in results.cells}


def test_a_score_is_kept_and_that_of_an_older_run_is_made_later(small, monkeypatch):
    first = small.run(**ROWS)
    for path in small.folder.glob("run/cells/*/validation-*.json"):
        path.unlink()
    assert small.run(**ROWS).cells == first.cells
    unasked(monkeypatch)
    assert small.run(**ROWS).cells == first.cells


def test_training_and_test_are_the_same_with_and_without_scores(small, tmp_path, monkeypatch):
    config = small.config | ROWS
    scored = small.run(**ROWS)
    monkeypatch.setattr(Validation, "score", lambda *of: None)
    bare = harness.run(config, tmp_path / "bare", [blobs])
    for one, other in zip(scored.cells, bare.cells, strict=True):
        assert (one.id, one.evaluation, one.sha, one.metrics) == (other.id, other.evaluation, other.sha, other.metrics)
        assert other.validation is None


def test_asking_changes_nothing_that_torch_draws(small, monkeypatch):
    results, engine = small.run(**ROWS), small(**ROWS)
    cell = next(each for each in results.cells if each.role == "direct")
    stored = engine.attach.stored
    monkeypatch.setattr(engine.attach, "stored", lambda *of, **more: torch.rand(3) is None or stored(*of, **more))
    for path in engine.store.cell(cell.id).folder.glob("validation-*.json"):
        path.unlink()
    seed_torch(0)
    assert engine.validation.score(planned(engine, cell), finished(cell)) == cell.validation
    after = torch.rand(1)
    seed_torch(0)
    assert torch.equal(after, torch.rand(1))


@pytest.mark.parametrize("error", [ValueError("no such query"), SystemExit(3)])
def test_a_model_that_cannot_be_asked_has_no_score_and_its_cell_is_done(small, monkeypatch, error):
    def fails(*of):
        raise error

    monkeypatch.setattr(Validation, "_asked", fails)
    results = small.run(**ROWS)
    assert {cell.status for cell in results.cells} == {"done"}
    assert {cell.role for cell in results.cells if cell.validation is None} == {"direct"}
    assert {row.role for row in results.rows if row.validation is None} == {"direct"}
    monkeypatch.undo()
    assert None not in {cell.validation for cell in small.run(**ROWS).cells}, "it is asked anew"


def test_without_labels_for_validation_there_is_no_score(small, monkeypatch):
    unasked(monkeypatch)
    results = small.run(**ROWS | {"target": FEW})
    assert {(cell.status, cell.validation) for cell in results.cells} == {("done", None)}
    assert {row.validation for row in results.rows} == {None}


def test_a_cell_that_is_refused_has_no_score(small):
    results = small.run(seeds=1, target=FEW | {"label_budgets": [0, "all"]})
    assert [(cell.status, cell.validation is None) for cell in results.cells] == [("refused", True), ("done", False)]
