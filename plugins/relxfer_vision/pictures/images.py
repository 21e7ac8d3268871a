"""Pictures as the inputs of a domain: an array, or files that are decoded when they are asked for."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.errors import Changed, DataError
from relxfer.store import bounded
from relxfer_vision.pictures import looks
from relxfer_vision.pictures.decoding import decoded, values_of
from relxfer_vision.pictures.depth import EIGHT, Depth
from relxfer_vision.pictures.geometry import Geometry
from relxfer_vision.pictures.looks import Look

#: Files that every version of a decoder decodes to the same values.
_LOSSLESS = (".png", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".pcx", ".qoi")
#: Bytes of decoded and resized pictures that are kept.
ROOM = 768 * 2**20


#: The sha256 of a file, and what is seen of the picture.
Seen = tuple[bytes, Look]


class Images:
    """n pictures; row i is called `names[i]`.

    sha    of every pixel, or of every file's bytes
    order  the rows, those of one split side by side: in this order features are computed together
    depth  which values of more than eight bits become white
    """

    names: Sequence[str]
    sha: str
    order: np.ndarray
    depth: Depth

    def __len__(self) -> int:
        return len(self.names)

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        """uint8 [h, w, C] of each row, brought to the geometry (a batch crops it to one size)."""
        raise NotImplementedError

    def whole(self, row: int) -> np.ndarray:
        """uint8 [H, W, 1 or 3] of a row, as it is."""
        raise NotImplementedError

    def content(self, row: int) -> bytes:
        """Equal for the same file, or for equal pixels of arrays."""
        raise NotImplementedError

    def look(self, row: int) -> Look:
        """What is seen of a picture."""
        raise NotImplementedError

    def equal(self, row: int) -> bytes:
        """Equal for pictures whose values are equal, in whatever format of file or array."""
        return self.look(row).equal

    def key(self, row: int) -> bytes:
        """By which pictures are put in order; of lossy files their bytes, for decoders differ in the last bits."""
        return self.equal(row)

    @cached_property
    def first_equal(self) -> np.ndarray:
        """[n]: the first row whose picture is equal."""
        return looks.first_equal([self.equal(row) for row in range(len(self))])

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
    depth: Depth = EIGHT
    deep: Sequence[Look] = field(default=(), compare=False, repr=False)
    _contents: dict[int, bytes] = field(default_factory=dict, compare=False, repr=False)
    _fitted: dict[Geometry, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, pixels: np.ndarray, names: Sequence[str] | None = None) -> ArrayImages:
        """From uint8 or uint16 [n, H, W] or [n, H, W, C], C = 1 or 3; names default to row numbers."""
        pixels = np.ascontiguousarray(pixels[..., None] if pixels.ndim == 3 else pixels)
        if pixels.dtype not in (np.uint8, np.uint16) or pixels.ndim != 4 or pixels.shape[3] not in (1, 3):
            raise DataError(
                f"expected pictures uint8 [n, H, W] or [n, H, W, 1 or 3], got {pixels.dtype} {list(pixels.shape)}; "
                "convert them (0 to 255)"
            )
        depth, deep = EIGHT, tuple[Look, ...]()
        if pixels.dtype == np.uint16:
            depth, deep = Depth.of([float(pixels.max(initial=0))]), tuple(map(Look.at, pixels))
            pixels = np.stack([depth.eight(picture) for picture in pixels])
        sha = hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()
        numbers = names or [str(i) for i in range(len(pixels))]
        return cls(pixels, numbers, sha, np.arange(len(pixels)), depth, deep)

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        if not len(rows) or len(self) * geometry.fit(self.pixels[rows[0]]).nbytes > ROOM:
            return [geometry.fit(self.pixels[row]) for row in rows]
        if geometry not in self._fitted:
            self._fitted.clear()  # one geometry at a time: a second copy of 60,000 pictures is worth its seconds
            self._fitted[geometry] = geometry.fit_all(self.pixels)
        return list(self._fitted[geometry][rows])

    def whole(self, row: int) -> np.ndarray:
        return self.pixels[row]

    def content(self, row: int) -> bytes:
        if row not in self._contents:
            picture = self.pixels[row]
            self._contents[row] = hashlib.sha256(f"{picture.shape}".encode() + picture.tobytes()).digest()
        return self._contents[row]

    def look(self, row: int) -> Look:
        return self.deep[row] if self.deep else Look.at(self.pixels[row])

    def equal(self, row: int) -> bytes:
        return self.deep[row].equal if self.deep else looks.equal_hash(self.pixels[row])


@dataclass(frozen=True)
class FileImages(Images):
    """Picture files, decoded one by one; the latest stay in memory."""

    paths: Sequence[Path]
    names: Sequence[str] = ()
    sha: str = ""
    digests: Sequence[bytes] = ()
    order: np.ndarray = field(default_factory=lambda: np.arange(0), compare=False, repr=False)
    depth: Depth = EIGHT
    looks: Sequence[Look] = field(default=(), compare=False, repr=False)
    _kept: OrderedDict[tuple[int, Geometry], np.ndarray] = field(default_factory=OrderedDict, compare=False, repr=False)
    _held: list[int] = field(default_factory=lambda: [0], compare=False, repr=False)  # bytes of `_kept`

    @classmethod
    def of(cls, paths: Sequence[Path], names: Sequence[str], depth: Depth | None = None) -> FileImages:
        """Reads and decodes every file once; `BadRows` names all that cannot be.

        depth  which values become white; None: as the values of all these files tell
        """
        bad = BadRowList("pictures")
        seen = [see(path, None, bad) for path in paths]
        bad.settle()
        return cls.seen(paths, names, [each for each in seen if each is not None], depth)

    @classmethod
    def seen(
        cls, paths: Sequence[Path], names: Sequence[str], seen: Sequence[Seen], depth: Depth | None = None
    ) -> FileImages:
        """Of files that were read and decoded already, see `see`."""
        digests, found = tuple(digest for digest, _ in seen), tuple(look for _, look in seen)
        sha = hashlib.sha256(b"".join(digests)).hexdigest()
        return cls(tuple(paths), tuple(names), sha, digests, np.arange(len(digests)), depth or _depth(found), found)

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        return [self._one(int(row), geometry) for row in rows]

    def whole(self, row: int) -> np.ndarray:
        return decoded(self._read(row), self.paths[row], self.depth)

    def content(self, row: int) -> bytes:
        return self.digests[row] + repr(self.depth.card() or "").encode()

    def look(self, row: int) -> Look:
        return self.looks[row]

    def key(self, row: int) -> bytes:
        lossless = self.paths[row].suffix.lower() in _LOSSLESS
        return self.equal(row) if lossless else self.digests[row][: len(self.equal(row))]

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
            self._kept[key] = made = geometry.fit(self.whole(row))
            self._held[0] += made.nbytes
            while self._held[0] > ROOM and len(self._kept) > 1:
                self._held[0] -= self._kept.popitem(last=False)[1].nbytes
        self._kept.move_to_end(key)
        return self._kept[key]


def see(path: Path, line: int | None, bad: BadRowList) -> Seen | None:
    """The sha256 of a picture file, and what is seen of it; None where it cannot be used, which joins the bad ones.

    line  where it stands in a table
    """
    try:
        content = bounded.read(path)
        return hashlib.sha256(content).digest(), Look.at(values_of(content, path))
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        got = error.strerror if isinstance(error, OSError) else error
        bad.add(path, line, f"expected a picture {path}, got: {got}; restore it or take it out")
    except DataError as error:
        bad.add(path, line, str(error))
    return None


def _depth(found: Sequence[Look]) -> Depth:
    deep = [look for look in found if look.largest is not None]
    whole, fractions = ([look.largest or 0.0 for look in deep if look.fractions is kind] for kind in (False, True))
    return Depth.of(whole, fractions)
