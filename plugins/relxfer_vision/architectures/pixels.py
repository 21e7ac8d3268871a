"""No network at all: the pixels are the features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import PositiveInt

from relxfer.contract.options import Options

if TYPE_CHECKING:
    import numpy as np


class PixelsOptions(Options):
    """The pictures whose pixels are taken."""

    size: PositiveInt = 28
    """Side of the pictures, in pixels."""
    channels: Literal[1, 3] = 1
    """Gray or RGB."""


def pixels(
    options: PixelsOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `pixels`.

    >>> pixels(PixelsOptions(size=8)).network.width
    64
    """
    from relxfer_vision.architectures.pixels_net import Pixels
    from relxfer_vision.model import ImageModel, Native

    native = Native(options.size, options.channels, (0.5,) * options.channels, (0.5,) * options.channels)
    width = options.size**2 * options.channels
    return ImageModel(lambda classes: Pixels(width, classes), native, arrays, card)
