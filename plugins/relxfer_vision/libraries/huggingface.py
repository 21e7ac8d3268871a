"""Networks of the Hugging Face Hub by name, with Transformers: https://huggingface.co/docs/transformers.

Weights are read from safetensors alone, and code that lies beside them is not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relxfer_vision.libraries.options import HuggingFaceOptions

if TYPE_CHECKING:
    import numpy as np

    from relxfer_vision.libraries.given import Given
    from relxfer_vision.model import Native

#: Filters of Pillow by their numbers, which processors state.
_FILTERS = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}
#: ConvNeXt's processor stretches pictures from this size on, and crops those below.
_STRETCHED = 384


def load(
    options: HuggingFaceOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `huggingface`."""
    return _given(options, pretrained=False).model(options, arrays, card)


def bring(options: HuggingFaceOptions) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The weights of this name, which Transformers keeps in its own cache."""
    return _given(options, pretrained=True).weights(options)


def _given(options: HuggingFaceOptions, pretrained: bool) -> Given:
    from relxfer_vision.libraries.given import Given, asking, library

    (transformers,) = library("transformers")
    safely = {"trust_remote_code": False, **({"revision": options.revision} if options.revision else {})}
    auto = transformers.AutoModelForImageClassification
    with asking("transformers", options.name):
        config = transformers.AutoConfig.from_pretrained(options.name, **safely)
        processor = transformers.AutoImageProcessor.from_pretrained(options.name, **safely)
        if pretrained:
            module = auto.from_pretrained(options.name, use_safetensors=True, **safely)
        else:
            module = auto.from_config(config, trust_remote_code=False)
        classes = [config.id2label[row] for row in sorted(config.id2label)]

        def prepare(picture: Any) -> Any:
            return processor(images=picture, return_tensors="pt")["pixel_values"][0]

        return Given(module, _native(processor), prepare, classes)


def _native(processor: Any) -> Native:
    """Processors differ in which sizes they state; what they do beside is seen on a picture (`given.check`)."""
    from relxfer_vision.libraries.given import native

    size, share = processor.size, getattr(processor, "crop_pct", None)
    crop = getattr(processor, "crop_size", None) if getattr(processor, "do_center_crop", False) else None
    shorter = size.get("shortest_edge")
    if shorter and share:
        side, resize = shorter, "crop" if shorter < _STRETCHED else "stretch"
        shorter = int(side / share)
    else:
        side = (crop or size).get("height") or shorter
        resize = "crop" if shorter else "stretch"
    mean, std = (
        getattr(processor, f"image_{key}") if getattr(processor, "do_normalize", True) else [plain] * 3
        for key, plain in (("mean", 0.0), ("std", 1.0))
    )
    way = _FILTERS.get(int(processor.resample), "unknown")
    return native(
        {"size": (len(mean), side, side), "mean": mean, "std": std, "interpolation": way},
        resize,
        shorter if resize == "crop" else 0,
    )
