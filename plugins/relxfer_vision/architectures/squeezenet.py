"""SqueezeNet 1.0, in torchvision's names and shapes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer_vision.weights.state_dicts import foreign

if TYPE_CHECKING:
    import numpy as np

_HEAD = "classifier.1"


def squeezenet(
    options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `squeezenet1_0`; the published head has the weights of a convolution.

    >>> model = squeezenet(None)
    >>> sum(p.numel() for p in model.network.features.parameters())
    735424
    """
    from relxfer_vision.architectures.squeezenet_net import SqueezeNet
    from relxfer_vision.model import IMAGENET, ImageModel, Native

    mapped = arrays is not None and arrays[f"{_HEAD}.weight"].ndim == 4
    native = Native(224, 3, *IMAGENET, resize="crop", shorter=256)
    return ImageModel(lambda classes: SqueezeNet(classes, mapped), native, arrays, card)


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Foreign weights of SqueezeNet 1.0; `ArtefactError` where they are none."""
    return foreign(path, "SqueezeNet 1.0", partial(squeezenet, None), _HEAD)
