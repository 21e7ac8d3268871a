"""Pictures as the inputs of a domain: an array, or files that are decoded when they are asked for."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from relxfer.errors import Changed, DataError
from relxfer.store import bounded
from relxfer_vision.pictures.decoding import check, decoded
from relxfer_vision.pictures.geometry import Geometry

#: Bytes of decoded and resized pictures that are kept.
ROOM = 768 * 2**20


class Images:
    """n pictures; row i is called `names[i]`.

    sha    of every pixel, or of every file's bytes
    order  the rows, those of one split side by side: in this order features are computed together
    """

    names: Sequence[str]
    sha: str
    order: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        """uint8 [h, w, C] of each row, brought to the geometry (a batch crops it to one size)."""
        raise NotImplementedError

    def content(self, row: int) -> bytes:
        """Equal for equal pictures."""
        raise NotImplementedError

    def ordered(self, splits: Sequence[np.ndarray]) -> Images:
        """The same pictures in the order of these splits; rows of none come last."""
        rows, first = np.unique(np.concatenate([*splits, np.arange(len(self))]), return_index=True)
        return replace(self, order=rows[np.argsort(first)])  # type: ignore[type-var]

    @cached_property
    def places(self) -> np.ndarray:
        """[n]: where each row stands in the order."""
        return np.argsort(self.order)


@dataclass(frozen=True)
class ArrayImages(Images):
    """Pictures of one size in memory: pixels uint8 [n, H, W, C]."""

    pixels: np.ndarray
    names: Sequence[str] = ()
    sha: str = ""
    order: np.ndarray = field(default_factory=lambda: np.arange(0), compare=False, repr=False)
    _contents: dict[int, bytes] = field(default_factory=dict, compare=False, repr=False)
    _fitted: dict[Geometry, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, pixels: np.ndarray, names: Sequence[str] | None = None) -> ArrayImages:
        """From uint8 [n, H, W] or [n, H, W, C], C = 1 or 3; names default to row numbers."""
        pixels = np.ascontiguousarray(pixels[..., None] if pixels.ndim == 3 else pixels)
        if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[3] not in (1, 3):
            raise DataError(
                f"expected pictures uint8 [n, H, W] or [n, H, W, 1 or 3], got {pixels.dtype} {list(pixels.shape)}; "
                "convert them (0 to 255)"
            )
        sha = hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()
        return cls(pixels, names or [str(i) for i in range(len(pixels))], sha, np.arange(len(pixels)))

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        if not len(rows) or len(self) * geometry.fit(self.pixels[rows[0]]).nbytes > ROOM:
            return [geometry.fit(self.pixels[row]) for row in rows]
        if geometry not in self._fitted:
            self._fitted.clear()  # one geometry at a time: a second copy of 60,000 pictures is worth its seconds
            self._fitted[geometry] = geometry.fit_all(self.pixels)
        return list(self._fitted[geometry][rows])

    def content(self, row: int) -> bytes:
        if row not in self._contents:
            picture = self.pixels[row]
            self._contents[row] = hashlib.sha256(f"{picture.shape}".encode() + picture.tobytes()).digest()
        return self._contents[row]


@dataclass(frozen=True)
class FileImages(Images):
    """Picture files, decoded one by one; the latest stay in memory."""

    paths: Sequence[Path]
    names: Sequence[str] = ()
    sha: str = ""
    digests: Sequence[bytes] = ()
    order: np.ndarray = field(default_factory=lambda: np.arange(0), compare=False, repr=False)
    _kept: OrderedDict[tuple[int, Geometry], np.ndarray] = field(default_factory=OrderedDict, compare=False, repr=False)
    _held: list[int] = field(default_factory=lambda: [0], compare=False, repr=False)  # bytes of `_kept`

    @classmethod
    def of(cls, paths: Sequence[Path], names: Sequence[str]) -> FileImages:
        """Reads every file once, for the hash, and sees that it decodes; `DataError` names one that does not."""
        digests = []
        for path in paths:
            try:
                content = bounded.read(path)
            except (OSError, ValueError) as error:  # ValueError: a name with a null character
                got = error.strerror if isinstance(error, OSError) else error
                raise DataError(f"expected a picture {path}, got: {got}; restore it or take it out") from None
            check(content, path)
            digests.append(hashlib.sha256(content).digest())
        sha = hashlib.sha256(b"".join(digests)).hexdigest()
        return cls(tuple(paths), tuple(names), sha, tuple(digests), np.arange(len(digests)))

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        return [self._one(int(row), geometry) for row in rows]

    def content(self, row: int) -> bytes:
        return self.digests[row]

    def _read(self, row: int) -> bytes:
        """`Changed` where a file is no longer the one that was hashed: pictures of two states never make one result."""
        path = self.paths[row]
        try:
            content = bounded.read(path)
        except OSError as error:
            raise DataError(f"expected a picture {path}, got: {error.strerror}; restore it, then run again") from None
        if hashlib.sha256(content).digest() != self.digests[row]:
            raise Changed.of([f"picture {path}"])
        return content

    def _one(self, row: int, geometry: Geometry) -> np.ndarray:
        key = (row, geometry)
        if key not in self._kept:
            self._kept[key] = made = geometry.fit(decoded(self._read(row), self.paths[row]))
            self._held[0] += made.nbytes
            while self._held[0] > ROOM and len(self._kept) > 1:
                self._held[0] -= self._kept.popitem(last=False)[1].nbytes
        self._kept.move_to_end(key)
        return self._kept[key]
