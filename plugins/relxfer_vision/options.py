"""Options of the image adapter, apart from it so that listing them imports nothing heavy."""

from __future__ import annotations

from typing import Literal

from pydantic import PositiveInt

from relxfer.config import Options


class ImageOptions(Options):
    """How pictures of source and target are prepared, and how they are varied in training.

    What is unset follows the network: the size, channels and normalisation that it was made for.
    """

    size: PositiveInt | None = None
    """Side of the square that the network sees, in pixels."""
    channels: Literal[1, 3] | None = None
    """1: gray, 3: RGB. The network must take as many."""
    resize: Literal["pad", "stretch", "crop"] | None = None
    """`pad` with zeros; `stretch` to the square (bilinear); `crop`: shorter side to `shorter`, then the centre."""
    shorter: PositiveInt | None = None
    """With `crop`, length of the shorter side before the crop; unset: size * 256 / 224."""
    normalise: Literal["imagenet", "half", "none"] | None = None
    """(x - mean) / std of ImageNet; (x - .5) / .5; or x in [0, 1] as it is."""
    augment: tuple[Literal["flip", "shift", "zoom"], ...] = ()
    """In training, on labelled pictures: mirror; move by up to an eighth; crop 35 to 100 % and enlarge."""
