"""Two runs in one directory: the second is told at once, and the first is unharmed."""

from __future__ import annotations

import functools
import os
import signal

from relxfer import hookimpl
from relxfer.testing import harness


class AtFirstCell:
    """A plugin that does something when the first cell starts."""

    __name__ = "at-first-cell"
    relxfer_api_version = 2

    def __init__(self, work):
        self.work, self.found = work, []

    @hookimpl
    def relxfer_cell_started(self, cell):
        if not self.found:
            self.found.append(self.work())


def test_a_second_run_in_the_same_directory(small, whole, command_of, tmp_path):
    second = AtFirstCell(functools.partial(command_of, tmp_path / "run"))
    small.run(tmp_path / "run", second)
    assert second.found[0].code == 1
    assert "but another process works in it; wait, or choose another --out" in second.found[0].words
    assert small.ending(tmp_path / "run") == small.ending(whole)


def test_the_lock_of_a_killed_process_does_not_block(small, whole, command_of, tmp_path):
    killed = AtFirstCell(lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert command_of(tmp_path / "run", lambda: harness.installed(killed)).code == -signal.SIGKILL
    assert (tmp_path / "run" / "lock").exists()
    assert command_of(tmp_path / "run").code == 0
    assert small.ending(tmp_path / "run") == small.ending(whole)
