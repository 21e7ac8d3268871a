"""Options of networks of libraries, apart so that listing them imports no library."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationInfo, model_validator

from relxfer.contract.messages import shown
from relxfer.contract.options import Options, UserOnly


class LibraryOptions(Options):
    """Which network of a library."""

    library: ClassVar[str]

    name: Annotated[str, UserOnly, Field(min_length=1)]
    """Its name in the library."""
    head: str | None = None
    """Its last layer, a `torch.nn.Linear`, by its dotted name; unset: the one whose output are the scores."""
    digest: Annotated[str | None, Field(pattern="^[0-9a-f]{8,64}$")] = None
    """First digits of the sha256 of its weights, as a run records them: other weights are refused. Unset: any."""
    code: Annotated[str | None, UserOnly] = None
    """Version of the library; relxfer fills it in, and another version is another model."""

    @model_validator(mode="before")
    @classmethod
    def _of_this_version(cls, value: Any, info: ValidationInfo) -> Any:
        if (info.context or {}).get("folder") is None or not isinstance(value, Mapping):
            return value
        try:
            code = f"{cls.library} {importlib.metadata.version(cls.library)}"
        except importlib.metadata.PackageNotFoundError:
            return value
        if value.get("code") not in (None, code):
            raise ValueError(
                f"expected {value['code']}, for which this was written, got {shown(code)}: install that version, or "
                "leave code out to take the one that is here"
            )
        return {**value, "code": code}


class TimmOptions(LibraryOptions):
    """Which network of timm."""

    library: ClassVar[str] = "timm"

    name: Annotated[str, UserOnly, Field(min_length=1)]
    """Its name in timm with the tag of its weights, such as `"resnet18.a1_in1k"`."""


class TorchvisionOptions(LibraryOptions):
    """Which network of torchvision."""

    library: ClassVar[str] = "torchvision"

    name: Annotated[str, UserOnly, Field(min_length=1)]
    """Its name in torchvision, such as `"convnext_tiny"`."""
    weights: Annotated[str, UserOnly] = "DEFAULT"
    """Its weights by their name there, such as `"IMAGENET1K_V1"`."""


class HuggingFaceOptions(LibraryOptions):
    """Which network of the Hugging Face Hub, or of a folder."""

    library: ClassVar[str] = "transformers"

    name: Annotated[str, UserOnly, Field(min_length=1)]
    """Its name on the Hub, such as `"microsoft/resnet-50"`."""
    revision: Annotated[str | None, UserOnly] = None
    """A branch, a tag or a commit there; unset: what the library takes."""
