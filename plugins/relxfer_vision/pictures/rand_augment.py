"""RandAugment: a few operations drawn evenly, all of one magnitude (Cubuk et al. 2020)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

#: Largest magnitude, and what it stands for: degrees, a shear, a share of the side, a change of an enhancement factor.
MOST = 30
_DEGREES, _SHEAR, _SHARE, _ENHANCED = 30.0, 0.3, 0.45, 0.9
#: What comes in from outside of the picture, in every channel.
_FILL = 128
#: A picture, and the strength from -1 to 1, to another picture.
Operation = Callable[[Image.Image, float], Image.Image]


@dataclass(frozen=True)
class RandAugment:
    """`operations` of the fourteen of the paper in turn, drawn with replacement, each with strength `magnitude` / 30.

    Rotation is up to 30 degrees, shear up to 0.3, translation up to 45 % of the side, brightness, colour, contrast and
    sharpness are changed by up to 90 %, to either side with equal chances; posterising leaves down to 4 bits, and
    solarising inverts values from down to 0.
    """

    operations: int = 2
    magnitude: int = 9

    def __call__(self, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """uint8 [h, w, 1 or 3] to the same shape."""
        picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
        for _ in range(self.operations):
            name = _NAMES[rng.integers(len(_NAMES))]
            sign = 1 if rng.random() < 0.5 else -1
            picture = OPERATIONS[name](picture, sign * self.magnitude / MOST)
        made = np.asarray(picture)
        return made[..., None] if made.ndim == 2 else made


#: As the paper has it for ImageNet.
USUAL = RandAugment()


def _moved(picture: Image.Image, *affine: float) -> Image.Image:
    """At (x, y) is what was at (a x + b y + c, d x + e y + f), with the six numbers of an affine map in this order."""
    fill = _FILL if picture.mode == "L" else (_FILL,) * 3
    return picture.transform(picture.size, Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR, fillcolor=fill)


def _rotated(picture: Image.Image, strength: float) -> Image.Image:
    fill = _FILL if picture.mode == "L" else (_FILL,) * 3
    return picture.rotate(_DEGREES * strength, Image.Resampling.BILINEAR, fillcolor=fill)


def _enhanced(kind: type) -> Operation:
    return lambda picture, strength: kind(picture).enhance(1 + _ENHANCED * strength)


OPERATIONS: Mapping[str, Operation] = {
    "identity": lambda picture, strength: picture,
    "autocontrast": lambda picture, strength: ImageOps.autocontrast(picture),
    "equalise": lambda picture, strength: ImageOps.equalize(picture),
    "posterise": lambda picture, strength: ImageOps.posterize(picture, 8 - round(4 * abs(strength))),
    "solarise": lambda picture, strength: ImageOps.solarize(picture, round(256 * (1 - abs(strength)))),
    "rotate": _rotated,
    "shear across": lambda picture, strength: _moved(picture, 1, _SHEAR * strength, 0, 0, 1, 0),
    "shear down": lambda picture, strength: _moved(picture, 1, 0, 0, _SHEAR * strength, 1, 0),
    "move across": lambda picture, strength: _moved(picture, 1, 0, _SHARE * strength * picture.width, 0, 1, 0),
    "move down": lambda picture, strength: _moved(picture, 1, 0, 0, 0, 1, _SHARE * strength * picture.height),
    "brightness": _enhanced(ImageEnhance.Brightness),
    "colour": _enhanced(ImageEnhance.Color),
    "contrast": _enhanced(ImageEnhance.Contrast),
    "sharpness": _enhanced(ImageEnhance.Sharpness),
}
_NAMES = tuple(OPERATIONS)
