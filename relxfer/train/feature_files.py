"""Features on disk for all runs of a user, by the hash of a network's body and the content of its inputs.

    <folder>/<body>/<content of its pieces>.safetensors

A file is written completely and never changed, so several processes may write at the same time. Nothing depends on it:
what is missing or damaged is computed again, to the same bits. Files hold no labels.
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

#: The most bytes of all files together; the least recently read files are removed first.
MOST = 2 * 2**30


@dataclass
class FeatureFiles:
    """The files of features in a folder."""

    folder: Path
    _read: set[Path] = field(default_factory=set)

    @classmethod
    def of_user(cls) -> FeatureFiles | None:
        """The files in the folder `RELXFER_FEATURES`, by default in the user's cache; None if the variable is `off`."""
        setting = os.environ.get("RELXFER_FEATURES", "")
        if setting == "off":
            return None
        if setting:
            return cls(Path(setting))
        import platformdirs

        return cls(Path(platformdirs.user_cache_dir("relxfer")) / "features")

    def unread(self, body: str) -> Iterator[tuple[str, np.ndarray]]:
        """The content hash and the features ([rows, width] float32) of every piece in files not read before.

        body  the hash of a network's body; only its files are read
        """
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
        """Write pieces (content hash -> features) to a file. If that fails, nothing is written."""
        path = self.folder / body / f"{files.sha256(*sorted(pieces))[:32]}.safetensors"
        with suppress(ArtefactError, OSError):
            files.write_arrays(path, dict(pieces), {"body": body})
            self._read.add(path)
            self._remove_oldest()

    def _remove_oldest(self) -> None:
        by_age = sorted((stat.st_mtime, stat.st_size, path) for path, stat in self._files())
        total = sum(size for _, size, _ in by_age)
        for _, size, path in by_age:
            if total <= MOST:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob("*/*.safetensors"):
            with suppress(OSError):  # another process may have removed it
                yield path, path.stat()
