"""Networks of timm by name: https://huggingface.co/docs/timm/reference/models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relxfer.errors import ArtefactError
from relxfer_vision.libraries.options import TimmOptions

if TYPE_CHECKING:
    import numpy as np

    from relxfer_vision.libraries.given import Given
    from relxfer_vision.model import Native

#: What a name begins with that timm looks up elsewhere than in its own list.
_ELSEWHERE = ("hf-hub:", "hf_hub:", "local-dir:")


def load(
    options: TimmOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `timm`."""
    return _given(options, pretrained=False).model(options, arrays, card)


def bring(options: TimmOptions) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The weights that timm gives for the name, which it keeps in its own cache."""
    return _given(options, pretrained=True).weights(options)


def _given(options: TimmOptions, pretrained: bool) -> Given:
    from relxfer_vision.libraries.given import Given, asking, known, library

    timm, data = library("timm", "data")
    if not options.name.startswith(_ELSEWHERE):
        known("network of timm", options.name, [*timm.list_models(), *timm.list_models(pretrained=True)])
        if pretrained and not timm.is_model_pretrained(options.name):
            raise ArtefactError(f"expected a network of timm that has weights, got {options.name!r}, which has none")
    with asking("timm", options.name):
        module = timm.create_model(options.name, pretrained=pretrained)
        config = data.resolve_data_config({}, model=module)
        return Given(module, _native(config), data.create_transform(**config, is_training=False))


def _native(config: Mapping[str, Any]) -> Native:
    """timm makes the shorter side floor(size / crop_pct) before the crop; `squash` stretches to that size instead."""
    from relxfer_vision.libraries.given import native

    size, share = config["input_size"], config["crop_pct"]
    made = {"size": size, **{key: config[key] for key in ("mean", "std", "interpolation")}}
    if config.get("crop_mode") == "squash" and share == 1:
        return native(made, "stretch")
    return native(made, "crop", int(size[-1] / share))
