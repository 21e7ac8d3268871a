"""A cell is prepared once and run once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from relxfer.execute.cell import Cells
from relxfer.execute.sources import Sources
from relxfer.execute.transfers.prepared import Planned
from relxfer.plan import fingerprints
from relxfer.plan.fingerprints import Fingerprint
from relxfer.testing import blobs, harness

SEVERAL = {"seeds": [0, 1, 2], "strategy": ["finetune", "zero-shot"], "report": {"baselines": True}}


@pytest.fixture
def prepared(monkeypatch):
    """How often each cell was prepared in this process."""
    counts: Counter = Counter()
    prepare = Cells.prepare

    def counted(cells, cell, *planned):
        counts[tuple(cell.names.values())] += 1
        return prepare(cells, cell, *planned)

    monkeypatch.setattr(Cells, "prepare", counted)
    return counts


def test_every_cell_is_prepared_once(small, prepared):
    results = small.run(**SEVERAL)
    possible = [cell for cell in results.cells if cell.status == "done"]
    assert len(possible) == len(results.cells) == 3 * 2 * 3
    assert set(prepared.values()) == {1}
    assert len(prepared) == len(possible)
    prepared.clear()
    assert small.run(**SEVERAL).cells == results.cells, "a finished run"
    assert set(prepared.values()) == {1}


def test_a_transfer_is_hashed_before_and_after_it_is_trained(small, monkeypatch):
    """What its files hold may have changed meanwhile; it is not hashed more often."""
    hashed, of_transfer = [], fingerprints.of_transfer
    monkeypatch.setattr(fingerprints, "of_transfer", lambda *of: hashed.append(1) or of_transfer(*of))
    results = small.run(seeds=1)
    assert len(hashed) == 2 * len({cell.id for cell in results.cells})


def test_a_source_is_checked_once_for_all_its_cells(small, monkeypatch):
    asked, of_source = [], Sources.train
    monkeypatch.setattr(Sources, "train", lambda sources, *of: asked.append(of[0].name) or of_source(sources, *of))
    small.run(seeds=1, strategy=["finetune", "l2-sp", "feature-extraction"])
    assert asked == ["s", "s"], "once when it is trained, once when the first cell reads it"


def test_what_was_prepared_holds_no_data(small):
    engine = small()
    ready = engine.cells.prepare(engine.plan()[0])
    assert set(vars(ready)) == {"cell", "artefact", "model", "identity", "evaluation", "scores"}
    assert ready.ids == {"id": ready.identity[:16], "evaluation": ready.evaluation[:16]}


def test_a_cell_that_is_not_what_was_planned_fails(small):
    engine = small()
    cell, other = engine.plan()[0], engine.plan()[-1]
    ready = engine.cells.prepare(cell)
    assert engine.cells.run(other, Planned(None, ready.evaluation))["status"] == "failed"
    outcome = engine.cells.run(other, Planned(None, ready.evaluation))
    assert "got another" in outcome["reason"]
    wrong = Fingerprint.of(**dict.fromkeys(engine.sources.fingerprint(cell.source, 0).parts, "other"))
    fresh = small()
    outcome = fresh.cells.run(fresh.plan()[0], Planned(wrong, None))
    assert outcome["status"] == "failed"
    assert "model" in outcome["reason"]


def test_a_refused_cell_is_not_run(small):
    engine = small(strategy=["finetune"], target={"name": "t", "dataset": "blobs-target", "label_budgets": [0, "all"]})
    refused = engine.plan()[0]
    assert refused.budget == 0
    outcome = engine.cells.run(refused)
    assert (outcome["status"], outcome["reason"]) == ("refused", refused.refusal)
    assert not list(engine.store.folder.glob("cells/*"))


def test_another_test_is_judged_without_training(small):
    first = small.run(seeds=1)
    watch = harness.Observer()
    other = {"name": "t", "dataset": {"use": "blobs-target", "shuffle_test": 1}, "label_budgets": [6, "all"]}
    again = small.run(watch, seeds=1, target=other)
    assert watch.points == 0, "nothing is trained"
    assert [cell.id for cell in again.cells] == [cell.id for cell in first.cells]
    assert [cell.sha for cell in again.cells] == [cell.sha for cell in first.cells]
    assert {cell.evaluation for cell in again.cells}.isdisjoint({cell.evaluation for cell in first.cells})
    assert all(cell.n == 24 for cell in again.cells)


def test_a_model_that_cannot_be_read_is_trained_again_for_another_test(small):
    first = small.run(seeds=1)
    for path in small.folder.glob("run/cells/*/model.safetensors"):
        path.write_bytes(path.read_bytes()[:-4] + b"....")
    other = {"name": "t", "dataset": {"use": "blobs-target", "shuffle_test": 1}, "label_budgets": [6, "all"]}
    with pytest.warns(RuntimeWarning, match="was damaged and is run again"):
        again = small.run(seeds=1, target=other)
    assert [cell.sha for cell in again.cells] == [cell.sha for cell in first.cells]


def test_label_counts_are_those_of_the_views(small):
    engine = small()
    cells = engine.plan()
    assert [engine.cells.label_count(cell) for cell in cells] == [6, 6, 48, 48]
    engine.cells.prepare(cells[0])
    assert engine.cells.label_count(cells[0]) == 6


def test_a_target_without_a_test_is_trained_and_not_judged(small, monkeypatch):
    load = blobs._domain
    monkeypatch.setattr(blobs, "_domain", lambda *of: replace(load(*of), test=None))
    results = small.run(seeds=1)
    assert [(cell.status, cell.n, cell.metrics) for cell in results.cells] == [("done", 0, {})] * 2


def test_a_cell_is_foreseen_as_it_is_prepared(small, tmp_path):
    """But for the hash of a source model that is not trained yet, for which the fingerprint of its training stands."""
    engine = small(report={"minimal_effect": 0.02})
    plan = engine.plan()
    foreseen = [engine.cells.foreseen(cell)[0] for cell in plan]
    assert not list(engine.store.folder.iterdir()), "nothing is trained for it"
    ready = [engine.cells.prepare(cell) for cell in plan]
    for cell, early, late in zip(plan, foreseen, ready, strict=True):
        differing = [] if not cell.needs_source else ["source model"]
        assert early.differences(late.identity) == differing, cell.names
    (tmp_path / "s.safetensors").write_bytes(ready[0].artefact.path.read_bytes())
    given = small(source={"name": "s", "checkpoint": str(tmp_path / "s.safetensors")}, report={"minimal_effect": 0.02})
    for cell in given.plan():
        assert given.cells.foreseen(cell)[0] == given.cells.prepare(cell).identity
