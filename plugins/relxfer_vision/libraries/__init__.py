"""Pre-trained networks of the libraries torchvision, timm and Transformers, by their names there.

Of each the record; `NAME.py` asks the library, `options.py` says what may be configured, and `given.py` has what all
three share, which needs torch. A library is imported when a run needs it.
"""

from __future__ import annotations

from relxfer.contract.records import SourceModel

_OFFERS = ("gradients", "features", "views", "reconstruction", "mixing")

MODELS = (
    SourceModel(
        name="timm",
        load="relxfer_vision.libraries.timm:load",
        options="relxfer_vision.libraries.options:TimmOptions",
        reads=("pictures",),
        offers=_OFFERS,
        bring="relxfer_vision.libraries.timm:bring",
        summary="a network of timm by its name there, with its weights and preprocessing",
    ),
    SourceModel(
        name="torchvision",
        load="relxfer_vision.libraries.torchvision:load",
        options="relxfer_vision.libraries.options:TorchvisionOptions",
        reads=("pictures",),
        offers=_OFFERS,
        bring="relxfer_vision.libraries.torchvision:bring",
        summary="a network of torchvision by its name there, with its weights and preprocessing",
    ),
    SourceModel(
        name="huggingface",
        load="relxfer_vision.libraries.huggingface:load",
        options="relxfer_vision.libraries.options:HuggingFaceOptions",
        reads=("pictures",),
        offers=_OFFERS,
        bring="relxfer_vision.libraries.huggingface:bring",
        summary="a network of the Hugging Face Hub by its name there, with its weights and preprocessing",
    ),
)
