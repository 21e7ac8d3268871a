"""Who listens is told, and harms nobody."""

from __future__ import annotations

import pytest

from relxfer.contract.hooks import hookimpl
from relxfer.execute.events import Events
from relxfer.execute.observing.observers import Observing
from relxfer.execute.oracle import Oracle
from relxfer.store import files
from relxfer.store.entry import Entry
from relxfer.testing import harness

EPOCH = {"phase": "fit-0", "step": 5, "values": {"loss": 0.5}, "best": 1}


class Counting:
    """An observer that names one argument, and may raise."""

    def __init__(self, raises=None):
        self.raises, self.cells = raises, []

    @hookimpl
    def relxfer_cell_started(self, cell):
        self.cells.append(cell["strategy"])
        if self.raises:
            raise self.raises


def test_listeners_and_observers_are_told_what_they_name():
    heard, observer = [], Counting()
    events = Events(observing(observer_plugin(observer)), (lambda event, **values: heard.append(values),))
    events("cell_started", cell={"strategy": "mine"})
    events("step", cell={"strategy": "mine"}, step=1)
    assert observer.cells == ["mine"], "what is no event of a hook goes to listeners alone"
    assert len(heard) == 2


def observing(*plugins):
    return Observing.of_run(harness.plugins_with(list(plugins)))


def observer_plugin(observer):
    observer.__name__ = "observer"
    return observer


@pytest.mark.parametrize("error", [LookupError("gone"), SystemExit(3)])
def test_an_observer_that_raises_is_dropped_and_the_others_go_on(error):
    bad, good = observer_plugin(Counting(error)), observer_plugin(Counting())
    events = Events(observing(bad, good))
    with pytest.warns(RuntimeWarning, match=r"relxfer_cell_started of plugin 'observer' raised .*not called again"):
        events("cell_started", cell={"strategy": "first"})
    events("cell_started", cell={"strategy": "second"})
    assert (bad.cells, good.cells) == (["first"], ["first", "second"])


def test_an_interrupt_in_an_observer_is_nobodys_fault():
    events = Events(observing(observer_plugin(Counting(KeyboardInterrupt()))))
    with pytest.raises(KeyboardInterrupt):
        events("cell_started", cell={"strategy": "first"})


def test_validation_points_go_into_the_trace_and_to_the_oracle(tmp_path):
    heard, entry = [], Entry(tmp_path)
    oracle = Oracle(tmp_path / "oracle.jsonl", lambda learner: {"accuracy": 0.75}, "realistic")
    oracle.watch(None)(None)
    events = Events(listeners=(lambda event, **values: heard.append((event, values)),))
    emit = events.training(entry, {"seed": 3}, oracle)
    emit("step", step=1, steps=9)
    emit("epoch", **EPOCH)
    assert files.read_lines(entry.trace) == [EPOCH]
    assert [line["values"] for line in files.read_lines(oracle.path)] == [{"accuracy": 0.75}]
    assert [event for event, _ in heard] == ["step", "epoch_finished", "epoch"]
    assert heard[1][1] == {"cell": {"seed": 3}, "phase": "fit-0", "step": 5, "values": {"loss": 0.5}}
