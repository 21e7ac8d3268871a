"""Files of a run directory as bytes, to and from a process that does not see it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from relxfer.contract.messages import shown
from relxfer.errors import UnfitArtefact
from relxfer.store import files

#: The folders of a run directory from which files travel.
FOLDERS = ("sources", "cells", "evaluations", "events")


def files_of(folder: Path) -> dict[str, int]:
    """The files of a run directory that may travel, and when each was changed last, in nanoseconds.

    Checkpoints of training are not among them.
    """
    paths = [path for name in FOLDERS for path in (folder / name).rglob("*") if path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in paths if "phases" not in path.parts}
    return {name: path.stat().st_mtime_ns for name, path in names.items()}


def packed(folder: Path, names: Iterable[str]) -> bytes:
    """An archive of these files of a folder."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.write(folder / name, name)
    return content.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write the files of an archive into a run directory, each whole or not at all.

    Raises:
        UnfitArtefact: one of them would not lie in a folder for what was trained.
        ArtefactError: one of them cannot be written.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            parts = PurePosixPath(name).parts
            if parts[0] not in FOLDERS or ".." in parts:
                raise UnfitArtefact(f"expected files of {', '.join(FOLDERS)}, got {shown(name)}; run again")
        for name in archive.namelist():
            files.write_bytes(folder / name, archive.read(name))
