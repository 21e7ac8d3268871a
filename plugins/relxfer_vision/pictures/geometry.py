"""How a picture is brought to the size and the channels that a network takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from relxfer.errors import Incompatible

#: A picture that is longer than so many times its width is cut to its middle before it is made large.
LONGEST = 8
#: Values that are converted at once: every copy of a whole picture counts.
_STRIP = 1 << 23
#: Share of red, green and blue in gray (ITU-R 601-2).
GRAY = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True)
class Geometry:
    """A resize protocol. What it yields has `channels` channels and is cropped to `size` by the batch.

    resize    pad      zeros around a smaller picture, centred (USPS in the skada-bench protocol)
              stretch  bilinear to size x size, whatever the proportions
              crop     bilinear until the shorter side is `shorter`, then a crop (the ImageNet protocol); what is longer
                       than 8 times its width is cut to its middle first

    interpolation  nearest, bilinear, bicubic or lanczos: the filter of Pillow that takes the place of bilinear
    """

    size: int
    channels: int
    resize: str
    shorter: int = 0
    interpolation: str = "bilinear"

    def fit(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 [H, W, C] -> uint8 [h, w, channels] with h, w >= size; `Incompatible` where pad cannot."""
        if self.resize == "pad":
            return self._padded(self.coloured(pixels))
        height, width = pixels.shape[:2]
        if self.resize == "stretch":
            return self._resized(pixels, self.size, self.size)
        if max(height, width) > LONGEST * min(height, width):
            return self.fit(_middle(pixels))
        scale = self.shorter / min(height, width)
        sides = max(self.shorter, round(height * scale)), max(self.shorter, round(width * scale))
        return self._resized(pixels, *sides)

    def fit_all(self, pixels: np.ndarray) -> np.ndarray:
        """The same for [n, H, W, C] of one size."""
        if self.resize == "pad":
            return self._padded(self.coloured(pixels))
        fitted = [self.fit(picture) for picture in pixels]
        return np.stack(fitted) if fitted else np.zeros((0, self.size, self.size, self.channels), np.uint8)

    def coloured(self, pixels: np.ndarray) -> np.ndarray:
        """Gray repeated to three channels, or colours weighed to one (ITU-R 601-2: .299 R + .587 G + .114 B)."""
        if pixels.shape[-1] == self.channels:
            return pixels
        if self.channels == 3:
            return np.repeat(pixels, 3, axis=-1)
        rows = pixels.reshape(-1, *pixels.shape[-2:])
        strips = np.array_split(rows, pixels.size // _STRIP + 1)
        return np.concatenate([_gray(strip) for strip in strips]).reshape(*pixels.shape[:-1], 1)

    def _padded(self, pixels: np.ndarray) -> np.ndarray:
        height, width = pixels.shape[-3:-1]
        if max(height, width) > self.size:
            raise Incompatible(
                f"pictures of at most {self.size} x {self.size} pixels for resize = 'pad'",
                f"{height} x {width}",
                "choose resize = 'stretch' or 'crop', or raise size",
            )
        above, left = (self.size - height) // 2, (self.size - width) // 2
        sides = [(above, self.size - height - above), (left, self.size - width - left), (0, 0)]
        return np.pad(pixels, [(0, 0)] * (pixels.ndim - 3) + sides)

    def _resized(self, pixels: np.ndarray, height: int, width: int) -> np.ndarray:
        """With antialiasing where it shrinks, as Pillow and torchvision do it."""
        from PIL import Image

        if self.channels < pixels.shape[2]:
            pixels = self.coloured(pixels)
        if pixels.shape[:2] != (height, width):
            way = Image.Resampling[self.interpolation.upper()]
            made = np.asarray(_picture(pixels).resize((width, height), way))
            pixels = made[..., None] if made.ndim == 2 else made
        return self.coloured(pixels)  # gray is repeated last: there is less to resize

    def sentence(self) -> str:
        """For the report."""
        colours = "gray" if self.channels == 1 else "RGB"
        filtered = self.interpolation
        way = {
            "pad": f"padded with zeros to {self.size} x {self.size}",
            "stretch": f"{filtered} to {self.size} x {self.size}",
            "crop": f"{filtered} to a shorter side of {self.shorter}, then cropped to {self.size} x {self.size}",
        }[self.resize]
        return f"{colours}, {way}"


def _middle(pixels: np.ndarray) -> np.ndarray:
    """The middle of a long picture [H, W, C], `LONGEST` times as long as wide.

    >>> _middle(np.zeros((100, 2, 3))).shape, _middle(np.zeros((1, 100, 3))).shape
    ((16, 2, 3), (1, 8, 3))
    """
    most = LONGEST * min(pixels.shape[:2])
    above, left = (max(0, (side - most) // 2) for side in pixels.shape[:2])
    return pixels[above : above + most, left : left + most]


def _gray(pixels: np.ndarray) -> np.ndarray:
    return (pixels.astype(np.float32) @ GRAY).round().astype(np.uint8)


def _picture(pixels: np.ndarray) -> Any:
    """Pillow's, of [H, W, 1 or 3]; a large one strip by strip, for Pillow copies what it is given."""
    from PIL import Image

    pixels = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    if pixels.size <= _STRIP:
        return Image.fromarray(pixels)
    whole = Image.new("L" if pixels.ndim == 2 else "RGB", pixels.shape[1::-1])
    rows = max(1, _STRIP * len(pixels) // pixels.size)
    for above in range(0, len(pixels), rows):
        whole.paste(Image.fromarray(pixels[above : above + rows]), (0, above))
    return whole
