"""The contract of observers: observers that do not keep it are caught."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from relxfer import hookimpl
from relxfer.testing import ObserverContract


class Telling:
    """Keeps the contract: losses by cell, told on standard error."""

    def __init__(self):
        self.losses = {}

    @hookimpl
    def relxfer_cell_started(self, cell):
        self.losses.setdefault(cell["id"], [])

    @hookimpl
    def relxfer_epoch_finished(self, cell, values):
        self.losses.setdefault(cell["id"], []).append(values["loss"])

    @hookimpl
    def relxfer_cell_finished(self, cell, outcome):
        print(cell["strategy"], outcome["status"], len(self.losses.get(cell.get("id"), ())), file=sys.stderr)


class Raising:
    @hookimpl
    def relxfer_cell_finished(self, cell, outcome):
        print(f"{outcome['seconds']} s", file=sys.stderr)  # a cell that failed has none


class Printing:
    @hookimpl
    def relxfer_run_started(self, cells):
        print(cells, "cells")


class Changing:
    """Changes what it is given, and the weights of whoever holds them."""

    @hookimpl
    def relxfer_epoch_finished(self, values):
        values["loss"] = 0.0


class Emptying:
    """Takes the points that it is told for its own."""

    @hookimpl
    def relxfer_cell_started(self, points):
        points.clear()


class Meddling:
    """Trains on: it changes the modules in memory."""

    @hookimpl
    def relxfer_epoch_finished(self, values):
        import gc

        import torch

        from relxfer.testing.blobs_net import Stem

        for each in gc.get_objects():
            if isinstance(each, Stem):
                with torch.no_grad():
                    each[0].bias.add_(np.float32(0.5))


class Writing:
    @hookimpl
    def relxfer_run_started(self, folder):
        (folder / "events.log").write_text("started")


class One:
    """Takes one cell at a time for granted."""

    @hookimpl
    def relxfer_cell_started(self, cell):
        self.current = cell["id"]

    @hookimpl
    def relxfer_epoch_finished(self, cell):
        assert cell["id"] == self.current


class Nothing:
    pass


def contract(made):
    return type("Planted", (ObserverContract,), {"observer": made()})


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (Nothing, "test_it_observes_something"),
        (Raising, "test_it_raises_nothing"),
        (Meddling, "test_it_changes_no_result"),
        (Printing, "test_it_prints_nothing_to_standard_output"),
        (Changing, "test_it_takes_events_in_any_order"),
        (Emptying, "test_it_takes_events_in_any_order"),
        (Writing, "test_it_leaves_the_run_directory_alone"),
        (One, "test_it_takes_events_in_any_order"),
    ],
)
def test_a_fault_is_caught(made, test, failed):
    assert test in failed(contract(made), test)


def test_an_observer_without_fault_passes(failed):
    assert failed(contract(Telling)) == {}
