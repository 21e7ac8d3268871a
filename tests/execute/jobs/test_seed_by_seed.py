"""Seeds are added where they decide something: which cells are run, on which executor, and after a kill."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from relxfer import Results
from relxfer.contract.hooks import hookimpl
from relxfer.judge.records import Verdict
from relxfer.results.run_records import Stopping
from relxfer.testing import blobs, harness

TRAINING = {"steps": 40, "batch_size": 12, "lr": 0.05, "validations": 2}
MOST = 7
CONFIG = {
    "name": "seeds",
    "seeds": {"max": MOST, "stop": "decided"},
    "threads": 1,
    "device": "cpu",
    "target": {"name": "t", "dataset": {"use": "blobs-target", "train": 120}},
    "training": TRAINING,
    "source": {"name": "s", "datasets": ["blobs-source"], "training": TRAINING},
    "strategy": ["finetune", {"use": "zero-shot", "baseline": True}],
    "report": {"baselines": False, "minimal_effect": 0.0001},
}
#: A row and its twin: nothing differs.
NULL = {"source": [], "strategy": [{"use": "scratch", "name": "a", "training": {"lr": 0.0501}},
                                   {"use": "scratch", "name": "b", "baseline": True}]}  # fmt: skip


def run(out, *plugins, **changes) -> Results:
    return harness.run(CONFIG | changes, out, [blobs, *plugins])


def seeds(results) -> dict[str, int]:
    return dict(Counter(cell.strategy for cell in results.cells))


def told(results) -> dict:
    """What must be equal on every machine: everything but times, memory, and the folder."""
    card = json.loads(json.dumps(results.card(), default=str))
    rows = [{key: row[key] for key in row if key != "cost"} for row in card["rows"]]
    cells = [
        {key: cell[key] for key in ("strategy", "seed", "id", "sha", "metrics", "status")} for cell in card["cells"]
    ]
    return {"rows": rows, "cells": cells, "stopping": card["stopping"], "seeds": card["seeds"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run(tmp_path_factory.mktemp("whole") / "run")


def test_a_strong_effect_stops_early(whole):
    """The target is rotated by 40 degrees, so that the source unchanged is much worse."""
    assert 3 <= seeds(whole)["finetune"] == seeds(whole)["zero-shot"] <= 5
    assert [row.verdict for row in whole.rows if row.gain] == [Verdict.HELPS]
    count = len(whole.seeds)
    assert whole.stopping == Stopping(most=MOST, seeds=count, questions=1, decided=1)
    assert Results.open(whole.folder) == whole
    assert [stage.seed for stage in whole.sources["s"].stages] == list(range(count)), "no more are pre-trained"
    assert len(list((whole.folder / "sources").iterdir())) == count


@pytest.fixture(scope="module")
def null(tmp_path_factory):
    return run(tmp_path_factory.mktemp("null") / "run", **NULL)


def test_no_effect_goes_on_to_the_end_or_is_given_up(null):
    assert seeds(null)["a"] == seeds(null)["b"] >= 6
    (row,) = (row for row in null.rows if row.gain)
    assert row.verdict is Verdict.INCONCLUSIVE
    assert "seed" in row.note


def test_cells_are_those_of_a_run_with_as_many_seeds(whole, tmp_path):
    """Their ids are the same, so that each of the two takes over what the other has finished."""
    count = whole.stopping.seeds
    fixed = run(tmp_path / "fixed", seeds=count)
    ids = {(cell.strategy, cell.seed): (cell.id, cell.sha) for cell in whole.cells}
    assert {(cell.strategy, cell.seed): (cell.id, cell.sha) for cell in fixed.cells} == ids
    counting = harness.Observer()
    again = run(tmp_path / "fixed", counting)
    assert counting.cells == 0
    assert told(again) == told(whole)
    back = harness.Observer()
    assert seeds(run(tmp_path / "fixed", back, seeds=count)) == seeds(fixed)
    assert back.cells == 0


def test_processes_decide_as_one_does(null, tmp_path):
    results = run(tmp_path, executor={"use": "processes", "jobs": 2}, **NULL)
    assert told(results) == told(null)


class Killing:
    """Breaks a run off at the start of a cell."""

    __name__ = "killing"

    def __init__(self, at: int):
        self.at, self.cells = at, 0

    @hookimpl
    def relxfer_cell_started(self, cell):
        self.cells += 1
        if self.cells == self.at:
            raise KeyboardInterrupt


def test_broken_off_in_between_and_resumed_it_decides_the_same(null, tmp_path):
    cells = len(null.cells)
    for at in (2, cells // 2, 3):  # in the first wave, in a later one, and soon after
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "broken", Killing(at), **NULL)
    assert told(run(tmp_path / "broken", **NULL)) == told(null)


def test_it_is_told_after_each_look(tmp_path):
    from relxfer.declare import resolve
    from relxfer.execute.runner import run as run_experiment

    heard = []
    plugins = harness.plugins_with([blobs])
    listener = lambda event, **values: heard.append((event, values))  # noqa: E731
    results = run_experiment(resolve.load(CONFIG, plugins), plugins, tmp_path / "run", (listener,))
    (started,) = (values for event, values in heard if event == "run_started")
    assert (started["cells"], started["at_most"]) == (6, 2 * MOST)
    looks = [values for event, values in heard if event == "looked"]
    assert [each["stopping"].seeds for each in looks] == list(range(3, results.stopping.seeds + 1))
    assert looks[-1] == {"stopping": results.stopping, "more": 0}
    assert all(each["more"] > 0 for each in looks[:-1])


def test_where_nothing_is_compared_three_seeds_are_run(tmp_path):
    results = run(tmp_path, source=[], strategy=["scratch"])
    assert (seeds(results), results.stopping.questions) == ({"scratch": 3}, 0)
