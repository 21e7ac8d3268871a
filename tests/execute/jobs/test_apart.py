"""A process that does not see the run directory: its files come back with the result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from relxfer.execute.jobs import apart
from relxfer.execute.jobs.job import Job, Ran
from relxfer.execute.transfers.prepared import Planned
from relxfer.execute.workers import archive
from relxfer.plan.fingerprints import Fingerprint
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class There:
    """Writes a file for its job, from the source that it finds."""

    folder: Path
    run: str = "r"
    fails: bool = False

    def __call__(self, job, device=None):
        source = next(self.folder.glob("sources/*/model.safetensors")).read_text()
        out = self.folder / "cells" / f"{job.index}" / "model.safetensors"
        out.parent.mkdir(parents=True)
        out.write_text(f"{source} {device}")
        if self.fails:
            raise KeyboardInterrupt
        return Ran(job.name, {"status": "done"})


def test_the_source_goes_there_and_the_cell_comes_back(tmp_path):
    store = Store.create(tmp_path / "run")
    key = Fingerprint.of(seed=1)
    for identity, text in ((key, "mine"), ("cd" * 8, "of another")):
        entry = store.source(identity)
        entry.folder.mkdir(parents=True)
        entry.model.write_text(text)
    for index in range(2):
        job = Job("cell", index, 1, planned=Planned(key))
        ran = apart.Apart(There(tmp_path / "elsewhere"), apart.needed(store, job, None))(job, "cpu")
        assert list(apart._place("r").iterdir()) == [], "neither models nor checkpoints stay"
        before = archive.files_of(store.folder)
        archive.unpack(ran.files, store.folder)
        assert archive.files_of(store.folder).keys() - before.keys() == {f"cells/{index}/model.safetensors"}
        assert (store.folder / f"cells/{index}/model.safetensors").read_text() == "mine cpu"
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(KeyboardInterrupt):
        apart.Apart(There(tmp_path / "elsewhere", fails=True), apart.needed(store, job, None))(job, "cpu")
    assert list(apart._place("r").iterdir()) == []
    apart._place.cache_clear()
