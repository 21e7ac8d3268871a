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

#: Formats that are decoded, as Pillow calls them. Not among them: EPS, a program that Ghostscript would run.
_FORMATS = (
    "AVIF", "BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "QOI", "SGI", "TGA", "TIFF", "WEBP",
)  # fmt: skip
#: Pixels of the longest side, which is JPEG's.
_SIDE = 65_535
#: Pixels of a strip in which a picture is converted: every copy of a whole one counts.
_STRIP = 1 << 22


def formats() -> list[str]:
    """Those of the formats above that this Pillow has."""
    from PIL import Image

    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def pictures_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """Files below a folder that are pictures by their suffix, and those that are not; hidden ones are neither."""
    from PIL import Image

    suffixes = {suffix for suffix, kind in Image.registered_extensions().items() if kind in formats()}
    files = [
        file  # also a link that leads nowhere: reading it fails with a message that names it
        for file in sorted(folder.rglob("*"))
        if not file.is_dir() and not any(name.startswith(".") for name in file.relative_to(folder).parts)
    ]
    pictures = [file for file in files if file.suffix.lower() in suffixes]
    return pictures, [file for file in files if file.suffix.lower() not in suffixes]


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
