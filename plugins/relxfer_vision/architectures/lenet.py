"""LeNet for digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import PositiveInt

from relxfer.contract.options import Options

if TYPE_CHECKING:
    import numpy as np


class LeNetOptions(Options):
    """Sizes of the network."""

    size: PositiveInt = 28
    """Side of the pictures it takes, in pixels."""
    channels: Literal[1, 3] = 1
    """Gray or RGB."""
    width: PositiveInt = 128
    """Width of the features."""


def lenet(
    options: LeNetOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `lenet`.

    >>> model = lenet(LeNetOptions())
    >>> sum(p.numel() for p in model.network.parameters())
    128752
    """
    from relxfer_vision.architectures.lenet_net import LeNet
    from relxfer_vision.model import ImageModel, Native

    native = Native(options.size, options.channels, (0.5,) * options.channels, (0.5,) * options.channels)
    return ImageModel(
        lambda classes: LeNet(options.size, options.channels, options.width, classes), native, arrays, card
    )
