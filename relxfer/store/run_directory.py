"""The run directory.

RUN/config.toml            the resolved configuration: `relxfer run RUN/config.toml` reproduces it
RUN/config.toml.seal       proves that this user's relxfer wrote it (see `relxfer.declare.seals`)
RUN/provenance.json        versions, machine, threads, command
RUN/sources/<id>/          artefacts: model.safetensors, outcome.json, trace.jsonl, phases/
RUN/cells/<id>/            transferred models, likewise
RUN/evaluations/<id>.*     per-query values and their summary
RUN/events/                what processes tell the run while it goes on
RUN/objects/<digest>/      files that objects of the Python API became (see `relxfer.authoring.objects`)
RUN/locked.json            the lock under which it is run, if there is one (see `relxfer.plan.lock`)
RUN/results.json           what the report shows
RUN/run.log, run.log.1     what happened and when, for people (see `relxfer.execute.jobs.log`)

A run directory may come from somebody else, so links that lead out of it are refused, and every id in it is checked.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from relxfer.contract.messages import shown
from relxfer.errors import ArtefactError, DamagedArtefact, RunLocked, UnfitArtefact, UsageError
from relxfer.store import files
from relxfer.store.entry import Entry, Summary
from relxfer.store.json_text import JsonObject

MARKER = "provenance.json"
RESULTS = "results.json"
LOCKED = "locked.json"
LOG = "run.log"
#: The schema of a run directory; it grows when an older relxfer could no longer read one correctly.
SCHEMA = 5
#: The first schema whose `results.json` can be read; the rest of older runs can be read too.
_RESULTS_SINCE = 5
EVENTS = "events"
OBJECTS = "objects"
_FOLDERS = ("sources", "cells", "evaluations", "locks", EVENTS, OBJECTS)
#: What `relxfer tune` tried and chose.
TUNING = "tuning.json"
#: What `relxfer recommend` tried and chose.
RECOMMENDATION = "recommendation.json"
_FILES = ("config.toml", "config.toml.seal", LOCKED, RESULTS, TUNING, RECOMMENDATION, "lock", MARKER, LOG, f"{LOG}.1")


@dataclass(frozen=True)
class Store:
    """Reads and writes one run directory."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Store:
        """An existing run; `UsageError` where the folder is not a run."""
        if not (folder / MARKER).exists():
            raise UsageError(
                f"expected a run directory, got {folder}, which has no {MARKER}; `relxfer runs list` shows runs"
            )
        _stay_inside(folder)
        return cls(folder)._of_known_schema()

    @classmethod
    def create(cls, folder: Path) -> Store:
        """A new or existing run; `UsageError` where the folder holds other files."""
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"expected a folder for the run, got a file: {folder}; choose another --out")
        if folder.exists() and not (folder / MARKER).exists() and any(map(_foreign, folder.iterdir())):
            raise UsageError(f"expected an empty folder or a run, got {folder} with other files; choose another --out")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"Cannot create {folder}: {error.strerror}. Choose another --out.") from None
        _stay_inside(folder)
        return cls(folder)._of_known_schema()

    def _of_known_schema(self) -> Store:
        """This run; `ArtefactError` where a newer relxfer wrote it."""
        with suppress(DamagedArtefact):  # a damaged marker decides no result, and is written again
            if (self.folder / MARKER).exists():
                self.read(MARKER)
        return self

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run directory for this process; `RunLocked` where another one holds it."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise RunLocked(
                f"expected {self.folder} to be free, but another process works in it; wait, or choose another --out"
            ) from None
        except OSError as error:
            raise UsageError(f"Cannot write in {self.folder}: {error.strerror}. Choose another --out.") from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def working(self, identity: str) -> Iterator[None]:
        """Hold the work with this fingerprint for this process; others wait."""
        from filelock import FileLock

        folder = self.folder / "locks"
        folder.mkdir(exist_ok=True)
        with FileLock(folder / _id(identity)):
            yield

    def clear(self) -> None:
        """Remove everything that was run here (`--fresh`)."""
        for name in set(_FOLDERS) - {OBJECTS}:  # which are the data
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in (LOCKED, RESULTS, RECOMMENDATION):
            (self.folder / name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what killed processes left: incomplete files, phases of finished entries, and events."""
        shutil.rmtree(self.folder / EVENTS, ignore_errors=True)
        for path in self.folder.rglob(".*.[0-9]*.tmp"):
            with suppress(OSError):
                path.unlink()
        for path in (*self.folder.glob("sources/*/outcome.json"), *self.folder.glob("cells/*/outcome.json")):
            shutil.rmtree(Entry(path.parent).phases, ignore_errors=True)

    def remove(self) -> list[Path]:
        """Remove all files of the run, and the folder if it is empty then; returns what was removed."""
        ours = [self.folder / name for name in (*_FOLDERS, *_FILES) if (self.folder / name).exists()]
        for path in ours:
            _remove(path)
        with suppress(OSError):
            self.folder.rmdir()
        return ours

    def source(self, identity: str) -> Entry:
        """The entry of a source stage."""
        return Entry(self.folder / "sources" / _id(identity))

    def cell(self, identity: str) -> Entry:
        """The entry of a cell."""
        return Entry(self.folder / "cells" / _id(identity))

    def evaluation(self, identity: str) -> Path:
        """The file of per-query values; the summary is beside it, as JSON."""
        return self.folder / "evaluations" / f"{_id(identity)}.safetensors"

    def oracle(self, transfer: str, evaluation: str) -> Path:
        """Values of the oracle at the validation points of a transfer."""
        return self.cell(transfer).folder / f"oracle-{_id(evaluation)}.jsonl"

    def forget_evaluation(self, identity: str) -> None:
        """Remove the per-query values of an evaluation and their summary, so that it is run again."""
        for suffix in (".json", ".safetensors"):
            self.evaluation(identity).with_suffix(suffix).unlink(missing_ok=True)

    def judged(self, identity: str) -> Summary | None:
        """The summary of an evaluation; None where a file is missing or damaged, and it must be evaluated again."""
        path = self.evaluation(identity)
        try:
            summary = files.read_json(path.with_suffix(".json"))
            if not _is_summary(summary):
                return None
            if summary["n"]:
                files.read_arrays(path)
            return summary
        except DamagedArtefact:
            return None

    def model(self, cell: str | None) -> Path:
        """The model of a cell, or without one of the only source stage; `UsageError` where there is not exactly one."""
        if cell:
            return self.find_cell(cell).model
        sources = sorted((self.folder / "sources").glob("*/outcome.json"))
        if len(sources) != 1:
            raise UsageError(
                f"expected one source model in the run {self.folder}, got {len(sources)}; "
                "name a cell of it with cell = ..."
            )
        return Entry(sources[0].parent).model

    def find_cell(self, prefix: str) -> Entry:
        """The only cell whose id begins with this prefix; `UsageError` where there are none or several."""
        is_prefix = re.fullmatch(r"[0-9a-f]{1,16}", prefix)
        matches = sorted((self.folder / "cells").glob(f"{prefix}*")) if is_prefix else []
        if len(matches) != 1:
            raise UsageError(
                f"expected the start of one cell id in {self.folder}, got {prefix!r}, which fits {len(matches)}; "
                "`relxfer report` lists the ids"
            )
        return Entry(matches[0])

    def evaluated(self) -> set[str]:
        """The ids of all evaluations for which a test was opened here, also of those that were not finished."""
        evaluated = self.folder.glob("evaluations/[0-9a-f]*")
        watched = self.folder.glob("cells/*/oracle-*.jsonl")
        return {path.name.split(".")[0].removeprefix("oracle-") for path in (*evaluated, *watched)}

    def drop_unreferenced(self, used: Collection[str]) -> list[Path]:
        """Remove folders and files whose id is not among `used`; returns what was removed."""
        places = ("sources/*", "cells/*", "evaluations/*")
        unused = [p for place in places for p in self.folder.glob(place) if p.name.split(".")[0] not in used]
        for path in unused:
            _remove(path)
        return unused

    def write(self, name: str, value: JsonObject) -> None:
        """Write a JSON file of the run, with the schema."""
        files.write_json(self.folder / name, {"schema": SCHEMA, **value})

    def read(self, name: str) -> JsonObject:
        """A JSON file of the run, without its schema; `ArtefactError` where another relxfer wrote it."""
        card = files.read_json(self.folder / name)
        schema = card.pop("schema", 1)  # the first versions wrote none
        if not isinstance(schema, int) or schema > SCHEMA:
            raise ArtefactError(
                f"expected a run of schema {SCHEMA} at most, got {shown(schema)} in {self.folder / name}: it was "
                "written by a newer relxfer; upgrade relxfer (pip install -U relxfer)"
            )
        if name == RESULTS and schema < _RESULTS_SINCE:
            raise ArtefactError(
                f"expected results of schema {_RESULTS_SINCE} or later, got {schema} in {self.folder / name}: it was "
                f"written by an older relxfer; `relxfer run {self.folder}/config.toml --out {self.folder}` writes it "
                "again, and trains nothing that is finished"
            )
        return card


def _is_summary(value: JsonObject) -> TypeGuard[Summary]:
    return isinstance(value.get("n"), int) and isinstance(value.get("evaluation_seconds", 0.0), float)


def _id(identity: Any) -> str:
    """The id for a fingerprint or an id; `UnfitArtefact` where it is neither."""
    if not (isinstance(identity, str) and re.fullmatch(r"[0-9a-f]{16,64}", identity)):
        raise UnfitArtefact(
            f"expected an id of 16 digits from 0 to f, got {shown(identity)}; run again, which writes it again"
        )
    return identity[:16]


def _stay_inside(folder: Path) -> None:
    """`UsageError` where a run contains a link out of it, or a device: neither is read, written or removed."""
    for path in _everything(folder):
        leads_out = path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(folder.resolve())
        if leads_out or not (path.is_file() or path.is_dir() or path.is_symlink()):
            got = f"a link to {os.readlink(path)}" if leads_out else "a device, pipe or socket"
            raise UsageError(
                f"expected files and folders in the run {folder}, got {got} at {path.relative_to(folder)}; "
                "remove it, or name another run"
            )


def _everything(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in _FILES if os.path.lexists(folder / name))
    for name in filter(os.path.lexists, map(folder.joinpath, _FOLDERS)):
        yield Path(name)
        for at, folders, names in os.walk(name):  # which does not follow links
            yield from (Path(at, below) for below in (*folders, *names))


def _remove(path: Path) -> None:
    """Remove a file, a folder with its content, or a link without its target."""
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _foreign(path: Path) -> bool:
    """Whether a file is not from a run: one that ends at once leaves its lock, log, objects and a temporary file."""
    return path.name not in ("lock", LOG, OBJECTS) and not path.name.endswith(".tmp")


def runs_under(folder: Path) -> list[Store]:
    """Every run directly in a folder, by name."""
    return [Store(p.parent) for p in sorted(folder.glob(f"*/{MARKER}"))]
