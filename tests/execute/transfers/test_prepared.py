"""What identifies a cell and its trial."""

from __future__ import annotations

from relxfer.execute.transfers.prepared import NOTHING, Prepared
from relxfer.plan.fingerprints import Fingerprint


def test_a_cell_is_what_is_trained_and_its_test(small):
    ready = small().cells.prepare(small().plan()[0])
    assert ready.key == ready.evaluation != ready.identity
    assert ready.ids == {"id": ready.identity[:16], "evaluation": ready.evaluation[:16]}
    assert ready.names["id"] == ready.identity[:16]
    assert ready.names["strategy"] == "finetune"


def test_a_trial_is_what_is_trained(small):
    cell = small().plan()[0]
    ready = Prepared(cell, None, cell.model, Fingerprint.of(stage="transfer"))
    assert ready.key == ready.identity
    assert ready.ids == {"id": ready.identity[:16]}


def test_a_job_may_be_planned_without_fingerprints():
    assert (NOTHING.source, NOTHING.cell) == (None, None)
