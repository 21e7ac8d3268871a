"""From stored pictures to the tensor that a network takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from relxfer.errors import Incompatible
from relxfer_vision.model import Native, normalisation
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.geometry import Geometry
from relxfer_vision.pictures.images import Images
from relxfer_vision.pictures.rand_augment import USUAL, RandAugment


@dataclass(frozen=True)
class Preprocessing:
    """Geometry, then (x / 255 - mean) / std; in training with some variation.

    mixup  alpha of the shares with which the learner mixes labelled pictures
    """

    geometry: Geometry
    mean: Sequence[float]
    std: Sequence[float]
    augment: tuple[str, ...] = ()
    rand: RandAugment = USUAL
    mixup: float | None = None

    @classmethod
    def of(cls, options: ImageOptions, native: Native) -> Preprocessing:
        """What the options leave open, the network decides; `Incompatible` where it takes other channels."""
        channels = options.channels or native.channels
        if channels != native.channels:
            raise Incompatible(
                f"pictures of {native.channels} channel(s), which this network takes",
                f"channels = {channels} in the adapter's options",
                f"leave channels out, or choose a network of {channels} channel(s)",
            )
        size = options.size or native.size
        resize = options.resize or native.resize
        if options.shorter_side and resize != "crop":
            raise Incompatible(
                'resize = "crop" beside shorter_side', f'resize = "{resize}", which this network takes', "name both"
            )
        shorter = options.shorter_side or (native.shorter if size == native.size else 0) or round(size * 256 / 224)
        if shorter < size:
            raise Incompatible(f"shorter_side of at least size = {size}", str(shorter), "raise shorter_side")
        if "crop" in options.augment and resize != "crop":
            raise Incompatible(
                'resize = "crop" beside augment = ["crop"]',
                f'resize = "{resize}", which leaves no room to crop',
                'name both, or take "shift" or "zoom"',
            )
        geometry = Geometry(size, channels, resize, shorter, native.interpolation)
        named = options.normalise
        scale = (native.mean, native.std) if named is None else normalisation(named, channels)
        rand = RandAugment(options.rand_operations, options.rand_magnitude)
        return cls(geometry, *scale, options.augment, rand, options.mixup)

    @property
    def varies(self) -> bool:
        """Whether labelled pictures are others each time."""
        return bool(self.augment or self.mixup)

    @property
    def plain(self) -> Preprocessing:
        """The same without any variation."""
        return replace(self, augment=(), rand=USUAL, mixup=None)

    def __call__(self, images: Images, rows: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
        """float32 [B, C, size, size] of these rows; varied where `rng` is given."""
        fitted = images.fitted(rows, self.geometry)
        varied = self.augment if rng is not None else ()
        cropped = [self._cropped(pixels, rng, varied) for pixels in fitted]
        if "flip" in varied:
            assert rng is not None
            cropped = [pixels[:, ::-1] if rng.random() < 0.5 else pixels for pixels in cropped]
        if "rand" in varied:
            assert rng is not None
            cropped = [self.rand(pixels, rng) for pixels in cropped]
        whole = torch.from_numpy(np.stack(cropped)).permute(0, 3, 1, 2).to(torch.float32)
        mean, std = (torch.tensor(v, dtype=torch.float32)[:, None, None] for v in (self.mean, self.std))
        return (whole / 255 - mean) / std  # channels last in memory: convolutions on a CPU take two thirds of the time

    def sentence(self) -> str:
        """For the report."""
        values = ", ".join(f"{m:g} / {s:g}" for m, s in zip(self.mean, self.std, strict=True))
        ways = [*self.augment, *([f"mixup {self.mixup:g}"] if self.mixup else [])]
        varied = f"; in training {', '.join(ways)}" if ways else ""
        return f"pictures: {self.geometry.sentence()}; mean / std {values}{varied}"

    def _cropped(self, pixels: np.ndarray, rng: np.random.Generator | None, varied: Sequence[str]) -> np.ndarray:
        """[size, size, C]: the centre, or in training a square drawn from the picture."""
        size = self.geometry.size
        if rng is not None and "zoom" in varied:
            pixels = self._zoomed(pixels, rng)
        if rng is not None and "shift" in varied:
            margin = max(1, size // 8)
            pixels = np.pad(pixels, [(margin, margin)] * 2 + [(0, 0)], mode="reflect")
        height, width = pixels.shape[:2]
        if rng is None or not {"shift", "crop", "zoom"} & set(varied):
            top, left = (height - size) // 2, (width - size) // 2
        else:
            top, left = int(rng.integers(0, height - size + 1)), int(rng.integers(0, width - size + 1))
        return pixels[top : top + size, left : left + size]

    def _zoomed(self, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A square of 35 to 100 % of the shorter side's square, enlarged (Szegedy et al. 2015, without the aspect)."""
        from PIL import Image

        height, width = pixels.shape[:2]
        side = max(1, round(min(height, width) * float(np.sqrt(rng.uniform(0.35, 1.0)))))
        top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
        square = pixels[top : top + side, left : left + side]
        picture = Image.fromarray(square[..., 0] if square.shape[-1] == 1 else square)
        made = np.asarray(picture.resize((self.geometry.size,) * 2, Image.Resampling.BILINEAR))
        return made[..., None] if made.ndim == 2 else made
