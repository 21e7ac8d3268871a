"""Features on disk, for all runs of a user: by the hash of a network's body and the content of what it saw.

    <folder>/<body>/<content of its pieces>.safetensors

A file is written whole and never changed, so that several processes may write at a time. Nothing depends on it: what is
missing or damaged is computed again, to the same bits. No label is in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from relxfer.errors import ArtefactError, DamagedArtefact
from relxfer.store import files

#: Bytes of all files together; those that were not read for longest go.
MOST = 2 * 2**30


@dataclass
class FeatureFiles:
    """`RELXFER_FEATURES` is the folder, or `off`; unset, it is in the platform's folder for caches."""

    folder: Path
    _read: set[Path] = field(default_factory=set)

    @classmethod
    def of_user(cls) -> FeatureFiles | None:
        told = os.environ.get("RELXFER_FEATURES", "")
        if told == "off":
            return None
        if told:
            return cls(Path(told))
        import platformdirs

        return cls(Path(platformdirs.user_cache_dir("relxfer")) / "features")

    def unread(self, body: str) -> Iterator[tuple[str, np.ndarray]]:
        """Content and features of every piece in files that were not read before."""
        for path in sorted({*self.folder.glob(f"{body}/*.safetensors")} - self._read):
            self._read.add(path)
            try:
                yield from files.read_arrays(path)[0].items()
                os.utime(path)
            except DamagedArtefact:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            except (ArtefactError, OSError):
                continue

    def write(self, body: str, pieces: Mapping[str, np.ndarray]) -> None:
        """A file of these pieces; where the disk takes none, there is none."""
        path = self.folder / body / f"{files.sha256(*sorted(pieces))[:32]}.safetensors"
        with suppress(ArtefactError, OSError):
            files.write_arrays(path, dict(pieces), {"body": body})
            self._read.add(path)
            self._make_room()

    def _make_room(self) -> None:
        found = sorted((stat.st_mtime, stat.st_size, path) for path, stat in self._files())
        total = sum(size for _, size, _ in found)
        for _, size, path in found:
            if total <= MOST:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob("*/*.safetensors"):
            with suppress(OSError):  # another process may have taken it
                yield path, path.stat()
