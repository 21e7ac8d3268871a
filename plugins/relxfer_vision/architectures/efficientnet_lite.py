"""EfficientNet-Lite0, in the names and shapes of the published weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer_vision.weights.state_dicts import foreign

if TYPE_CHECKING:
    import numpy as np

_HEAD = "_fc"


def efficientnet_lite0(
    options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `efficientnet_lite0`.

    >>> model = efficientnet_lite0(None, None, {"task": {"kind": "", "answers": [str(i) for i in range(1000)]}})
    >>> sum(p.numel() for p in model.network.parameters())
    4652008
    """
    from relxfer_vision.architectures.efficientnet_lite_net import EfficientNetLite
    from relxfer_vision.model import ImageModel, Native, normalisation

    # as the network was trained: its authors subtract 127 and divide by 128
    native = Native(224, 3, *normalisation("half", 3), resize="crop", shorter=256)
    return ImageModel(EfficientNetLite, native, arrays, card)


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Foreign weights of EfficientNet-Lite0; `ArtefactError` where they are none."""
    return foreign(path, "EfficientNet-Lite0", partial(efficientnet_lite0, None), _HEAD)
