"""An entry of the run directory is finished, damaged or not there."""

from __future__ import annotations

import json

import numpy as np
import pytest

from relxfer.errors import DamagedArtefact
from relxfer.store import files
from relxfer.store.entry import Entry

OUTCOME = {
    "status": "done",
    "seconds": 1.5,
    "peak_mb": None,
    "trained_parameters": 3,
    "diagnostics": {"disc_acc": None},
    "selection": {"rule": "last-step", "steps": {"fit-0": 4}},
}


@pytest.fixture
def entry(tmp_path):
    """With weights and phases, not finished."""
    made = Entry(tmp_path / "0123456789abcdef")
    files.write_arrays(made.model, {"w": np.arange(3.0)}, {"classes": 3})
    made.phases.mkdir()
    (made.phases / "fit-0.part.safetensors").touch()
    return made


def finished(entry: Entry, **changes) -> Entry:
    entry.finish(OUTCOME | {"sha": files.content_digest(*files.read_arrays(entry.model))} | changes)
    return entry


def test_what_is_finished_keeps_its_outcome_and_drops_its_phases(entry):
    assert entry.outcome() is None
    found = finished(entry, more="kept").outcome()
    assert found["selection"]["steps"] == {"fit-0": 4}
    assert found["more"] == "kept"
    assert not entry.phases.exists()


@pytest.mark.parametrize("change", [{"sha": "0" * 64}, {"seconds": -1.0}, {"seconds": "1"}, {"status": "failed"}])
def test_an_outcome_that_does_not_fit_is_dropped_and_said(entry, change):
    finished(entry, **change)
    with pytest.warns(RuntimeWarning, match="0123456789abcdef"):
        assert entry.outcome() is None
    assert entry.outcome() is None, "it is said once, and then there is none"


def test_damaged_weights_are_dropped(entry):
    finished(entry)
    entry.model.write_bytes(entry.model.read_bytes()[:-1])
    with pytest.warns(RuntimeWarning, match="damaged"):
        assert entry.outcome() is None


def test_of_a_point_written_twice_the_last_counts_and_damaged_lines_are_left_out(entry):
    def line(phase, step, value):
        return json.dumps({"phase": phase, "step": step, "values": {"loss": value}})

    lines = [line("fit-0", 0, 1.0), line("fit-0", 2, 0.5), '{"phase": "fit-0"}', line("fit-0", "two", 0), "[1]", '{"ph']
    entry.trace.write_text("\n".join([*lines, line("fit-0", 2, 0.4), line("fit-1", 0, 0.3)]))
    assert [(point.phase, point.step, point.values["loss"]) for point in entry.points()] == [
        ("fit-0", 0, 1.0),
        ("fit-0", 2, 0.4),
        ("fit-1", 0, 0.3),
    ]


def test_an_entry_without_a_trace_has_no_points(entry):
    assert entry.points() == []


def test_dropping_what_was_never_finished_is_no_error(entry):
    with pytest.warns(RuntimeWarning, match="why"):
        entry.drop(DamagedArtefact("why"))
