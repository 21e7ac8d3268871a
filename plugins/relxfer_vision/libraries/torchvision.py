"""Networks of torchvision by name: https://docs.pytorch.org/vision/stable/models.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relxfer_vision.libraries.options import TorchvisionOptions

if TYPE_CHECKING:
    import numpy as np

    from relxfer_vision.libraries.given import Given
    from relxfer_vision.model import Native


def load(
    options: TorchvisionOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `torchvision`."""
    return _given(options, pretrained=False).model(options, arrays, card)


def bring(options: TorchvisionOptions) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The weights of these names, which torchvision keeps in the cache of PyTorch."""
    return _given(options, pretrained=True).weights(options)


def _given(options: TorchvisionOptions, pretrained: bool) -> Given:
    from relxfer_vision.libraries.given import Given, asking, known, library

    _, models = library("torchvision", "models")
    known("network of torchvision", options.name, models.list_models(module=models))
    with asking("torchvision", options.name):
        offered = models.get_model_weights(options.name)
        known(f"weights of {options.name}", options.weights, list(offered.__members__))
        weights = offered[options.weights]
        module = models.get_model(options.name, weights=weights if pretrained else None)
        transform = weights.transforms()
        return Given(module, _native(transform), transform, weights.meta.get("categories", ()))


def _native(transform: Any) -> Native:
    """The shorter side becomes `resize_size`, of which the middle of `crop_size` is taken."""
    from relxfer_vision.libraries.given import native

    way = getattr(transform.interpolation, "value", transform.interpolation)
    size = transform.crop_size[0]
    config = {
        "size": (len(transform.mean), size, size),
        "mean": transform.mean,
        "std": transform.std,
        "interpolation": way,
    }
    return native(config, "crop", transform.resize_size[0])
