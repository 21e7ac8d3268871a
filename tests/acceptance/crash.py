"""Kill -9 from inside: a process that ends itself at its `at`-th change of the file system.

Before every opening for writing, rename, removal and new folder (Python's audit events), and inside every fsync, where
the file is first cut in half, as a write that did not end leaves it.

As a script, `crash.py FOLDER AT WHO` runs the blobs in FOLDER, in two local processes, which import this file as a
plugin. WHO ends at its AT-th change: `run`, the process that was started; `workers`, each; `worker`, the first to get
there.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
FSYNC = os.fsync


class Crash:
    """Counts changes, and ends the process at one of them (0: at none), if it is the first to make this file."""

    def __init__(self, at: int, first: Path | None = None):
        self.at, self.first, self.count = at, first, 0

    def install(self) -> None:
        sys.addaudithook(self.watch)
        os.fsync = self.fsync

    def watch(self, event: str, arguments: tuple) -> None:
        if event in CHANGES or (event == "open" and _changes(*arguments)):
            self.tick()

    def fsync(self, descriptor: int) -> None:
        self.tick(descriptor)
        FSYNC(descriptor)

    def tick(self, half: int | None = None) -> None:
        self.count += 1
        if self.count == self.at and self._first():
            if half is not None:
                with suppress(OSError):  # a folder has no half
                    os.ftruncate(half, os.fstat(half).st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    def _first(self) -> bool:
        if self.first is None:
            return True
        try:
            os.close(os.open(self.first, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


def _changes(path: object, mode: object, flags: int) -> bool:
    return bool(flags & (os.O_WRONLY | os.O_RDWR)) or (isinstance(path, Path | str) and os.path.isdir(path))


#: How a worker learns what it is to do: FOLDER, AT, WHO and the number of the process that was started.
ASKED = "RELXFER_TESTS_CRASH"


def main(folder: str, at: str, who: str) -> None:
    import crash  # this file, under a name that workers can import

    import relxfer
    from relxfer.testing import blobs

    os.environ[ASKED] = "\n".join((folder, at, who, str(os.getpid())))
    if who == "run":
        Crash(int(at)).install()
    sys.exit(1 if relxfer.run(CONFIG, folder, plugins=[blobs, crash]).failed else 0)


def _in_worker(folder: str, at: str, who: str, started: str) -> None:
    if who != "run" and str(os.getpid()) != started:
        Crash(int(at), Path(f"{folder}.struck") if who == "worker" else None).install()


TRAINING = {"steps": 4, "batch_size": 8, "lr": 0.01, "validations": 2, "checkpoint_seconds": 0.0}
CONFIG = {
    "name": "crash",
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": TRAINING},
    "target": {"dataset": "blobs-target"},
    "training": TRAINING,
    "strategy": {"use": "finetune"},
    "executor": {"use": "processes", "jobs": 2},
}

if __name__ == "__main__":
    main(*sys.argv[1:])
elif ASKED in os.environ:
    _in_worker(*os.environ[ASKED].split("\n"))
