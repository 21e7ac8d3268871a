"""Picture files: which formats are read, and their bytes as pixels."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import DataError
from relxfer_vision.pictures.depth import EIGHT, Depth

#: Formats that are decoded, as Pillow calls them. Not among them: EPS, a program that Ghostscript would run.
_FORMATS = (
    "AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "QOI", "SGI", "TGA", "TIFF", "WEBP",
)  # fmt: skip
#: Orders of the bytes of colours of 16 bits: read in the other one, the upper byte is the lower.
_SWAPPED = {"RGB;16B": "RGB;16L", "RGB;16L": "RGB;16B"}
#: Pixels of the longest side, which is JPEG's.
_SIDE = 65_535
#: Pixels of a strip in which a picture is converted: every copy of a whole one counts.
_STRIP = 1 << 22


def formats() -> list[str]:
    """Those of the formats above that this Pillow has."""
    from PIL import Image

    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def values_of(content: bytes, path: Path) -> np.ndarray:
    """The values [H, W, 1 or 3] of the bytes of a picture file, upright as its EXIF says.

    uint8; where it has more bits, whole numbers or fractions as they are in the file.

    Raises:
        DataError: it does not decode, or a fraction is no finite number.
    """
    from PIL import ImageOps

    with _opened(content, path) as picture:
        ImageOps.exif_transpose(picture, in_place=True)
        eight = picture.mode in ("1", "L") and "transparency" not in picture.info
        deep = picture.mode == "F" or picture.mode.startswith("I")
        kind = np.asarray(picture.crop((0, 0, 1, 1))).dtype.newbyteorder("=") if deep else np.dtype(np.uint8)
        values = np.empty((picture.height, picture.width, 1 if eight or deep else 3), kind)
        for rows, strip in _strips(picture):
            values[rows] = np.asarray(strip)[..., None] if deep else _plain(strip, eight)
        if kind.kind == "f" and not np.isfinite(values).all():
            raise ValueError("a value that is NaN or infinite")
        lower = _lower_bytes(picture, content)
    return values if lower is None else values * np.uint16(256) + lower


def _lower_bytes(picture: Any, content: bytes) -> np.ndarray | None:
    """uint8 [H, W, 3] of colours of 16 bits, of which Pillow gives the upper bytes alone; None of other pictures."""
    from PIL import Image, ImageOps

    if picture.mode != "RGB" or "transparency" in picture.info:
        return None
    with Image.open(io.BytesIO(content), formats=[picture.format]) as again:
        tiles = [(tile, _SWAPPED.get(tile.args)) for tile in again.tile if isinstance(tile.args, str)]
        if not tiles or not all(swapped for _, swapped in tiles):
            return None
        again.tile = [tile._replace(args=swapped) for tile, swapped in tiles]
        ImageOps.exif_transpose(again, in_place=True)
        return np.asarray(again)


def decoded(content: bytes, path: Path, depth: Depth = EIGHT) -> np.ndarray:
    """uint8 [H, W, 1 or 3] of the bytes of a picture file, see `values_of`; deeper gray is scaled as `depth` says."""
    return depth.eight(values_of(content, path))


def _strips(picture: Any) -> Iterator[tuple[slice, Any]]:
    """Rows, and the strip of the picture that they are."""
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
            got = "no format that is read" if path.stat().st_size else "an empty file"
            raise DataError(f"expected a picture, got {path}, which does not decode ({got}); take it out") from None
        except Exception as error:
            raise DataError(f"expected a picture, got {path}, which does not decode ({error}); take it out") from None


def _plain(picture: Any, gray: bool) -> np.ndarray:
    """Eight bits, gray or RGB; what is transparent lies on white."""
    from PIL import Image

    if gray:
        return np.asarray(picture.convert("L"))[..., None]
    if "A" in picture.getbands() or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        return np.asarray(Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("RGB"))
    return np.asarray(picture.convert("RGB"))
