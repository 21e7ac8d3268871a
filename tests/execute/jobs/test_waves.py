"""Waves of cells: a later one depends on the outcomes of earlier ones."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import pytest

from relxfer.declare import resolve
from relxfer.execute.jobs.scheduler import Everything
from relxfer.execute.runner import run
from relxfer.testing import blobs, harness

ONE_BUDGET = {"target": {"name": "t", "dataset": "blobs-target", "label_budgets": ["all"]}}


class WhereClose:
    """One seed for all strategies; two more for those that are within `margin` of the best."""

    def __init__(self, plan, margin: float):
        self.plan, self.margin = plan, margin
        self.first = [cell for cell in plan if cell.seed == 0]
        self.at_most = 3 * len(self.first)
        self.seconds: dict[str, float] = {}
        self.waves = 0

    def wave(self):
        self.waves += 1
        if self.waves == 1:
            return self.first
        best = max(self.seconds.values())
        close = [cell for cell in self.first if self.seconds[cell.method.name] >= best - self.margin]
        more = [replace(cell, seed=seed, source_seed=seed) for cell in close for seed in (1, 7)]
        return more if self.waves == 2 else []

    def ended(self, cell, outcome):
        if cell.seed == 0:
            self.seconds[cell.method.name] = float(outcome["trained_parameters"])

    def reached(self, cell, point) -> bool:
        return False


class Halving:
    """Stops every cell at its first point after the start, and goes on with one of them in the next wave."""

    def __init__(self, plan):
        self.plan, self.at_most = plan, len(plan) + 1
        self.points: list[tuple[str, int, int]] = []
        self.ends: list[tuple[str, str]] = []
        self.waves = 0

    def wave(self):
        self.waves += 1
        return {1: self.plan, 2: self.plan[:1]}.get(self.waves, [])

    def ended(self, cell, outcome):
        self.ends.append((cell.method.name, outcome["status"]))

    def reached(self, cell, point) -> bool:
        self.points.append((cell.method.name, point.step, self.waves))
        return self.waves == 1 and point.step > 0


def scheduled(small, scheduling, observer: Any = None, **changes: Any):
    plugins = harness.plugins_with([blobs, *filter(None, [observer])])
    experiment = resolve.load(small.config | ONE_BUDGET | changes, plugins)
    heard = []
    listener = lambda event, **values: heard.append((event, values))  # noqa: E731
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return run(experiment, plugins, small.folder / "run", (listener,), scheduling=scheduling), heard


EXECUTORS = ["serial", {"use": "processes", "jobs": 1}]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_second_wave_only_where_the_first_was_close(small, executor):
    made = []
    scheduling = lambda plan: made.append(WhereClose(plan, 1.0)) or made[0]  # noqa: E731
    results, heard = scheduled(
        small, scheduling, strategy=["finetune", "feature-extraction"], seeds=[0], executor=executor
    )
    ran = {(cell.strategy, cell.seed): cell.status for cell in results.cells}
    assert ran == {
        ("finetune", 0): "done",
        ("feature-extraction", 0): "done",
        ("finetune", 1): "done",
        ("finetune", 7): "done",
    }, "feature-extraction trains fewer parameters, and 7 is no seed of the configuration"
    started = [values for event, values in heard if event == "run_started"]
    assert [(values["cells"], values["at_most"]) for values in started] == [(2, 6)]
    assert sum(event == "cell_finished" for event, _ in heard) == 4 + 3, "cells, and pre-trainings of three seeds"


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_cell_that_was_stopped_goes_on_in_a_later_wave(small, executor, tmp_path):
    steps = 120 if executor == "serial" else 1500  # a request reaches another process within a fifth of a second
    training = {"steps": steps, "batch_size": 8, "validations": 30}
    made = []
    scheduling = lambda plan: made.append(Halving(plan)) or made[0]  # noqa: E731
    changes = {"seeds": [0], "strategy": ["scratch", "feature-extraction"], "training": training}
    results, _ = scheduled(small, scheduling, executor=executor, **changes)
    (halving,) = made
    assert [cell.status for cell in results.cells] == ["done", "stopped", "done"], "it is the same cell, twice"
    assert halving.ends[:2] in ([("scratch", "stopped"), ("feature-extraction", "stopped")], halving.ends[1::-1])
    assert results.cells[1].reason.startswith("stopped as asked, at step")
    assert results.cells[1].id
    assert not results.failed
    later = [step for name, step, wave in halving.points if wave == 2]
    assert min(later) > 0, "it goes on from where it was stopped"
    whole = harness.run(small.config | ONE_BUDGET | changes, tmp_path / "whole", [blobs])
    assert results.cells[2].sha == whole.cells[0].sha
    resumed, _ = scheduled(small, Everything, **changes)
    assert [cell.sha for cell in resumed.cells] == [cell.sha for cell in whole.cells]


def test_a_resumed_run_tells_how_many_cells_are_left_at_most(small):
    scheduled(small, Everything, seeds=[0], strategy=["finetune"])
    _, heard = scheduled(small, Everything, seeds=[0, 1], strategy=["finetune"])
    started = [values for event, values in heard if event == "run_started"]
    assert [(values["cells"], values["at_most"]) for values in started] == [(1, 1)]


def test_without_a_cell_no_executor_is_asked(small, monkeypatch):
    def never(*of):
        raise AssertionError("there is nothing to run")

    scheduled(small, Everything, seeds=[0])
    monkeypatch.setattr("relxfer.execute.executors.Serial.run", never)
    results, heard = scheduled(small, Everything, seeds=[0])
    assert [cell.status for cell in results.cells] == ["done"]
    assert ("run_started", 0) in [(event, values.get("cells")) for event, values in heard]
