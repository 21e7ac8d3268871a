"""Pre-trained networks of the libraries torchvision, timm and Transformers, by their names there.

Of each the record; `NAME.py` asks the library, `options.py` says what may be configured, and `given.py` has what all
three share, which needs torch. A library is imported when a run needs it.
"""

from __future__ import annotations

from relxfer.contract.records import SourceModel
from relxfer_vision.architectures import OFFERS

MODELS = tuple(
    SourceModel(
        name=name,
        load=f"relxfer_vision.libraries.{name}:load",
        options=f"relxfer_vision.libraries.options:{options}",
        reads=("pictures",),
        offers=OFFERS,
        bring=f"relxfer_vision.libraries.{name}:bring",
        summary=f"a network of {of} by its name there, with its weights and preprocessing",
    )
    for name, options, of in (
        ("timm", "TimmOptions", "timm"),
        ("torchvision", "TorchvisionOptions", "torchvision"),
        ("huggingface", "HuggingFaceOptions", "the Hugging Face Hub"),
    )
)
