"""A convolutional network as a source model: it names its classes, and knows no data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from relxfer.authoring import tasks

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Native:
    """The pictures that a network was made for; an adapter's options may say otherwise.

    mean, std      of every channel, of values in [0, 1]
    resize         as in the adapter's options
    shorter        with `crop`, the shorter side before the crop; 0: size * 256 / 224
    interpolation  a filter of Pillow
    """

    size: int
    channels: int
    mean: Sequence[float]
    std: Sequence[float]
    resize: str = "stretch"
    shorter: int = 0
    interpolation: str = "bilinear"


def normalisation(name: str, channels: int) -> tuple[Sequence[float], Sequence[float]]:
    """Mean and std of each channel: of ImageNet (their average where pictures are gray), .5 and .5, or none.

    >>> normalisation("half", 1)
    ((0.5,), (0.5,))
    """
    if name == "imagenet":
        return IMAGENET if channels == 3 else tuple((sum(values) / 3,) for values in IMAGENET)  # type: ignore[return-value]
    return ((0.5,) * channels, (0.5,) * channels) if name == "half" else ((0.0,) * channels, (1.0,) * channels)


class Network(Protocol):
    """What a network must offer beside being an `nn.Module`."""

    width: int
    head: nn.Module  # assignable

    def embed(self, pictures: Tensor) -> Tensor:
        """[B, C, h, w] -> [B, width]; `head(embed(pictures))` are the scores."""
        ...

    def new_head(self, classes: int) -> nn.Module:
        """Untrained."""
        ...

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Input to output; the head is last."""
        ...


class ImageModel:
    """A network built by `build(outputs)`, with the task that it has learnt.

    Without a card it has two, until the adapter gives it a head of the target's width.

    Raises `ArtefactError` where the arrays are another network's.
    """

    def __init__(
        self,
        build: Callable[[int], Any],
        native: Native,
        arrays: Mapping[str, np.ndarray] | None = None,
        card: Mapping[str, Any] | None = None,
    ):
        from relxfer.authoring.torch_learner import load_arrays
        from relxfer_vision.weights.state_dicts import check

        self.native = native
        self.task = tasks.of_card(card)
        self.network = build(self.task.width or 2)
        if arrays is not None:
            check(self.network, arrays, type(self.network).__name__)
            load_arrays(self.network, dict(arrays))

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        from relxfer.authoring.torch_learner import arrays_of

        return arrays_of(self.network), {"task": self.task.card()}
