"""Pictures as the inputs of a domain: an array, or files that are decoded when they are asked for."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import DataError
from relxfer_vision.geometry import Geometry

#: Bytes of decoded and resized pictures that are kept.
ROOM = 768 * 2**20


class Images:
    """n pictures; row i is called `names[i]`.

    sha  of every pixel, or of every file's bytes
    """

    names: Sequence[str]
    sha: str

    def __len__(self) -> int:
        return len(self.names)

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        """uint8 [h, w, C] of each row, brought to the geometry (a batch crops it to one size)."""
        raise NotImplementedError


@dataclass(frozen=True)
class ArrayImages(Images):
    """Pictures of one size in memory: pixels uint8 [n, H, W, C]."""

    pixels: np.ndarray
    names: Sequence[str] = ()
    sha: str = ""
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
        return cls(pixels, names or [str(i) for i in range(len(pixels))], sha)

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        if geometry not in self._fitted:
            self._fitted.clear()  # one geometry at a time: a second copy of 60,000 pictures is worth its seconds
            self._fitted[geometry] = geometry.fit_all(self.pixels)
        return list(self._fitted[geometry][rows])


@dataclass(frozen=True)
class FileImages(Images):
    """Picture files, decoded one by one; the latest stay in memory."""

    paths: Sequence[Path]
    names: Sequence[str] = ()
    sha: str = ""
    _kept: OrderedDict[tuple[int, Geometry], np.ndarray] = field(default_factory=OrderedDict, compare=False, repr=False)

    @classmethod
    def of(cls, paths: Sequence[Path], names: Sequence[str]) -> FileImages:
        """Reads every file once, for the hash; `DataError` names one that cannot be read."""
        digest = hashlib.sha256()
        for path in paths:
            try:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError as error:
                raise DataError(
                    f"expected a picture {path}, got: {error.strerror}; restore it or take it out"
                ) from None
        return cls(tuple(paths), tuple(names), digest.hexdigest())

    def fitted(self, rows: np.ndarray, geometry: Geometry) -> list[np.ndarray]:
        return [self._one(int(row), geometry) for row in rows]

    def _one(self, row: int, geometry: Geometry) -> np.ndarray:
        key = (row, geometry)
        if key not in self._kept:
            self._kept[key] = geometry.fit(decoded(self.paths[row]))
            while sum(pixels.nbytes for pixels in self._kept.values()) > ROOM:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def decoded(path: Path) -> np.ndarray:
    """uint8 [H, W, 1 or 3] of a picture file, upright as its EXIF says; `DataError` where it does not decode."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture)
            gray = upright.mode in ("1", "L", "I;16", "I", "F")
            pixels = np.asarray(_plain(upright, gray))
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"expected a picture, got {path}, which does not decode ({error}); take it out") from None
    return pixels[..., None] if gray else pixels


def _plain(picture: Any, gray: bool) -> Any:
    """Eight bits, gray or RGB; what is transparent lies on white."""
    from PIL import Image

    if gray:
        if picture.mode in ("I;16", "I", "F"):
            values = np.asarray(picture, dtype=np.float64)
            top = 65535.0 if values.max() > 255 else 255.0
            return Image.fromarray((values.clip(0, top) * (255.0 / top)).round().astype(np.uint8))
        return picture.convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB")
    return picture.convert("RGB")
