"""Doing a job in a process that does not see the run directory: files travel with the job, and with its result."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from relxfer.execute.jobs.job import Job, Ran
from relxfer.execute.workers import archive
from relxfer.store.run_directory import Store

if TYPE_CHECKING:
    from relxfer.execute.jobs.work import Elsewhere


@dataclass(frozen=True)
class Apart:
    """Does one job in a run directory of its own, which is emptied after it.

    there  how jobs are done where the run directory is seen
    files  an archive of what the job needs of it
    """

    there: Elsewhere
    files: bytes

    def __call__(self, job: Job, device: str | None = None) -> Ran:
        """Do the job; what it wrote comes back with the result."""
        folder = _place(self.there.run) / "run"
        try:
            archive.unpack(self.files, folder)
            before = archive.files_of(folder)
            ran = replace(self.there, folder=folder)(job, device)
            changed = [name for name, when in archive.files_of(folder).items() if before.get(name) != when]
            return replace(ran, files=archive.packed(folder, changed))
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # a node has many jobs, and its disk is not ours


def needed(store: Store, job: Job, cell: str | None) -> bytes:
    """An archive of what a job needs of a run directory: its source, and its cell as far as it came."""
    source = store.source(job.planned.source).folder.name if job.kind == "cell" and job.planned.source else None
    wanted = {f"sources/{source}", f"cells/{cell}"}
    names = [name for name in archive.files_of(store.folder) if name.rpartition("/")[0] in wanted]
    return archive.packed(store.folder, names)


@functools.lru_cache(maxsize=1)
def _place(run: str) -> Path:
    """The place of this process for a run; it stays the same, because what is loaded is kept between jobs by it."""
    made = Path(tempfile.mkdtemp(prefix="relxfer-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
