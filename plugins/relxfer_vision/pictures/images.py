"""Pictures as the inputs of a domain: an array, or files that are decoded when they are asked for."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import Changed, DataError
from relxfer.store import bounded
from relxfer_vision.pictures.geometry import Geometry

#: Bytes of decoded and resized pictures that are kept.
ROOM = 768 * 2**20
#: Formats that are decoded, as Pillow calls them. Not among them: EPS, a program that Ghostscript would run.
_FORMATS = (
    "AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "QOI", "SGI", "TGA", "TIFF", "WEBP",
)  # fmt: skip
#: Pixels of the longest side, which is JPEG's.
_SIDE = 65_535
#: Pixels of a strip in which a picture is converted: every copy of a whole one counts.
_STRIP = 1 << 22


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
                found = bounded.read(path)
            except (OSError, ValueError) as error:  # ValueError: a name with a null character
                got = error.strerror if isinstance(error, OSError) else error
                raise DataError(f"expected a picture {path}, got: {got}; restore it or take it out") from None
            check(found, path)
            digests.append(hashlib.sha256(found).digest())
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
            found = bounded.read(path)
        except OSError as error:
            raise DataError(f"expected a picture {path}, got: {error.strerror}; restore it, then run again") from None
        if hashlib.sha256(found).digest() != self.digests[row]:
            raise Changed.of([f"picture {path}"])
        return found

    def _one(self, row: int, geometry: Geometry) -> np.ndarray:
        key = (row, geometry)
        if key not in self._kept:
            self._kept[key] = made = geometry.fit(decoded(self._read(row), self.paths[row]))
            self._held[0] += made.nbytes
            while self._held[0] > ROOM and len(self._kept) > 1:
                self._held[0] -= self._kept.popitem(last=False)[1].nbytes
        self._kept.move_to_end(key)
        return self._kept[key]


def formats() -> list[str]:
    """Those of the formats above that this Pillow has."""
    from PIL import Image

    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def check(content: bytes, path: Path) -> None:
    """`DataError` where the bytes of a picture file do not decode; a JPEG is decoded small, which reads all of it."""
    with _opened(content, path) as picture:
        picture.draft("RGB", (1, 1))
        picture.load()
        if picture.mode == "F" and not all(np.isfinite(np.asarray(strip)).all() for _, strip in _strips(picture)):
            raise ValueError("a value that is NaN or infinite")


def decoded(content: bytes, path: Path) -> np.ndarray:
    """uint8 [H, W, 1 or 3] of the bytes of a picture file, upright as its EXIF says; `DataError` where they do not
    decode."""
    from PIL import ImageOps

    with _opened(content, path) as picture:
        ImageOps.exif_transpose(picture, in_place=True)
        eight = picture.mode in ("1", "L") and "transparency" not in picture.info
        gray = eight or picture.mode == "F" or picture.mode.startswith("I")
        top = _top(picture)
        pixels = np.empty((picture.height, picture.width, 1 if gray else 3), np.uint8)
        for rows, strip in _strips(picture):
            pixels[rows] = _plain(strip, gray, top)
    return pixels


def _strips(picture: Any) -> Iterator[tuple[slice, Any]]:
    """Rows, and the part of the picture that they are."""
    height = max(1, _STRIP // picture.width)
    for above in range(0, picture.height, height):
        below = min(above + height, picture.height)
        yield slice(above, below), picture.crop((0, above, picture.width, below))


@contextmanager
def _opened(content: bytes, path: Path) -> Iterator[Any]:
    """The picture, not decoded yet: of several its first."""
    from PIL import Image

    with _telling(path), Image.open(io.BytesIO(content), formats=formats()) as picture:
        if max(picture.size) > _SIDE:
            raise ValueError(f"{picture.width:,} x {picture.height:,} pixels; {_SIDE:,} a side are the most")
        yield picture


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Whatever a decoder raises on strange bytes, and what Pillow warns of as a bomb, as `DataError`."""
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")  # oddities that do no harm
        try:
            yield
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise DataError(
                f"expected a picture of at most {Image.MAX_IMAGE_PIXELS:,} pixels, got more in {path}; shrink it"
            ) from None
        except MemoryError:
            raise
        except UnidentifiedImageError:
            got = "no format that is known" if path.stat().st_size else "an empty file"
            raise DataError(f"expected a picture, got {path}, which does not decode ({got}); take it out") from None
        except Exception as error:
            raise DataError(f"expected a picture, got {path}, which does not decode ({error}); take it out") from None


def _plain(picture: Any, gray: bool, top: float) -> np.ndarray:
    """Eight bits, gray or RGB; what is transparent lies on white, and deeper gray is scaled, `top` to 255."""
    from PIL import Image

    if gray and picture.mode in ("1", "L"):
        return np.asarray(picture.convert("L"))[..., None]
    if gray:
        values = np.asarray(picture, dtype=np.float64)[..., None]
        return (values.clip(0, top) * (255.0 / top)).round().astype(np.uint8)
    if "A" in picture.getbands() or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        return np.asarray(Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB"))
    return np.asarray(picture.convert("RGB"))


def _top(picture: Any) -> float:
    """The value that becomes 255: of 16 bits their largest; of 32 bits and fractions as their values tell."""
    tops = {"I": (255.0, 65535.0), "F": (1.0, 255.0, 65535.0)}.get(picture.mode, (65535.0,))
    return next((top for top in tops[:-1] if picture.getextrema()[1] <= top), tops[-1])
