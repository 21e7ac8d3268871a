"""Any `torch.nn.Module` by its import path."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveInt, ValidationInfo, model_validator

from relxfer.config import Options
from relxfer.errors import Incompatible, PluginError
from relxfer_vision.weights import read_arrays

if TYPE_CHECKING:
    import numpy as np


class ModuleOptions(Options):
    """Which class, with which arguments, and the pictures that it takes."""

    path: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
    """The class, or a function that returns a module: `"package.module:Class"`."""
    kwargs: dict[str, Any] = {}
    """Its keyword arguments."""
    head: str = "fc"
    """Attribute of its last layer, a `torch.nn.Linear` on which nothing follows; dots lead into submodules."""
    folder: Path | None = None
    """Where the class is imported from, before the environment; unset: the folder of the configuration."""
    code: str | None = None
    """Hash of its file in this folder, so that other code is another model; relxfer fills it in."""
    size: PositiveInt = 224
    """Side of the pictures it takes, in pixels."""
    channels: Literal[1, 3] = 3
    """Gray or RGB."""
    normalise: Literal["imagenet", "half", "none"] = "imagenet"
    """(x - mean) / std of ImageNet; (x - .5) / .5; or x in [0, 1] as it is."""

    @model_validator(mode="before")
    @classmethod
    def _from_here(cls, value: Any, info: ValidationInfo) -> Any:
        here = (info.context or {}).get("folder")
        if not isinstance(value, Mapping) or here is None:
            return value
        folder = (Path(here) / str(value.get("folder", ""))).resolve()
        return {**value, "folder": folder, "code": _code(folder, str(value.get("path", "")).partition(":")[0])}


def _code(folder: Path, name: str) -> str | None:
    """sha256 of the module's own file; None where it is in the environment."""
    place = folder.joinpath(*name.split("."))
    file = next((f for f in (place.with_suffix(".py"), place / "__init__.py") if f.is_file()), None)
    return None if file is None else hashlib.sha256(file.read_bytes()).hexdigest()


def module(
    options: ModuleOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `module`; the classes of foreign weights are counted at the head."""
    from relxfer_vision.model import ImageModel, Native, normalisation
    from relxfer_vision.networks.module_net import Wrapped

    rows = (arrays or {}).get(f"module.{options.head}.weight")
    if rows is not None and not (card or {}).get("answers"):
        card = {"answers": [f"class {i}" for i in range(len(rows))]}
    native = Native(options.size, options.channels, *normalisation(options.normalise, options.channels))
    return ImageModel(lambda classes: Wrapped(_made(options), options.head, classes), native, arrays, card)


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Foreign weights of a module, by its own names; nobody says what its classes are called."""
    return {f"module.{name}": array for name, array in read_arrays(path).items()}, {}


def _made(options: ModuleOptions) -> Any:
    from torch import nn

    made = _imported(options)(**options.kwargs)
    if not isinstance(made, nn.Module):
        raise Incompatible(f"a torch.nn.Module from {options.path}", type(made).__name__, "name another class")
    return made


def _imported(options: ModuleOptions) -> Any:
    import importlib
    import sys

    name, _, attribute = options.path.partition(":")
    before = list(sys.path)
    sys.path[:0] = [str(options.folder)] if options.folder else []
    try:
        return getattr(importlib.import_module(name), attribute)
    except Exception as error:  # a module of the user's raises anything
        raise PluginError(
            f"expected {attribute!r} in the module {name!r}, got {type(error).__name__}: {error}; put its file beside "
            "the configuration, or install it"
        ) from None
    finally:
        sys.path[:] = before
