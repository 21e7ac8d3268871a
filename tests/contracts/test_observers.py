"""Observers keep the contract: one of every hook, as the progress display of the command line is one."""

from __future__ import annotations

import sys

from relxfer import hookimpl
from relxfer.testing import ObserverContract


class Journal:
    """Writes every event to standard error."""

    @hookimpl
    def relxfer_run_started(self, folder, cells):
        print(folder, cells, file=sys.stderr)

    @hookimpl
    def relxfer_run_finished(self, folder, results):
        print(folder, len(results.cells), file=sys.stderr)

    @hookimpl
    def relxfer_cell_started(self, cell):
        print(dict(cell), file=sys.stderr)

    @hookimpl
    def relxfer_cell_finished(self, cell, outcome):
        print(dict(cell), dict(outcome), file=sys.stderr)

    @hookimpl
    def relxfer_epoch_finished(self, cell, phase, step, values):
        print(dict(cell), phase, step, dict(values), file=sys.stderr)


class TestJournal(ObserverContract):
    observer = Journal()
