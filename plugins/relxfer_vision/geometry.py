"""How a picture is brought to the size and the channels that a network takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer.errors import Incompatible


@dataclass(frozen=True)
class Geometry:
    """A resize protocol. What it yields has `channels` channels and is cropped to `size` by the batch.

    resize    pad      zeros around a smaller picture, centred (USPS in the skada-bench protocol)
              stretch  bilinear to size x size, whatever the proportions
              crop     bilinear until the shorter side is `shorter`, then a crop (the ImageNet protocol)
    """

    size: int
    channels: int
    resize: str
    shorter: int = 0

    def fit(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 [H, W, C] -> uint8 [h, w, channels] with h, w >= size; `Incompatible` where pad cannot."""
        height, width = pixels.shape[:2]
        if self.resize == "pad":
            return self._padded(self.coloured(pixels))
        if self.resize == "stretch":
            return self._resized(self.coloured(pixels), self.size, self.size)
        scale = self.shorter / min(height, width)
        sides = max(self.shorter, round(height * scale)), max(self.shorter, round(width * scale))
        return self._resized(self.coloured(pixels), *sides)

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
        gray = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
        return gray.round().astype(np.uint8)[..., None]

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
        """Bilinear with antialiasing where it shrinks, as Pillow and torchvision do it."""
        from PIL import Image

        if pixels.shape[:2] == (height, width):
            return pixels
        picture = Image.fromarray(pixels[..., 0] if self.channels == 1 else pixels)
        made = np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR))
        return made[..., None] if self.channels == 1 else made

    def sentence(self) -> str:
        """For the report."""
        colours = "gray" if self.channels == 1 else "RGB"
        way = {
            "pad": f"padded with zeros to {self.size} x {self.size}",
            "stretch": f"bilinear to {self.size} x {self.size}",
            "crop": f"bilinear to a shorter side of {self.shorter}, then cropped to {self.size} x {self.size}",
        }[self.resize]
        return f"{colours}, {way}"
