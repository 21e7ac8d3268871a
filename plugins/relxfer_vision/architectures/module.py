"""Any `torch.nn.Module` by its import path."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveInt, ValidationInfo, model_validator

from relxfer.authoring import tasks
from relxfer.contract.messages import shown
from relxfer.contract.options import PLACE, Options, UserOnly
from relxfer.errors import ArtefactError, Incompatible, PluginError
from relxfer.judge.metrics.classification import Classification
from relxfer.plugins.versions import Versions
from relxfer.store import contents, files
from relxfer_vision.architectures import user_function
from relxfer_vision.architectures.user_code import UserCode
from relxfer_vision.weights.state_dicts import read_arrays

if TYPE_CHECKING:
    import numpy as np

    from relxfer_vision.model import Native


_PATH = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*"


class ModuleOptions(Options):
    """Which class or function, with which arguments, and the pictures that it takes."""

    import_path: Annotated[str, UserOnly, Field(pattern=f"^{_PATH}$")]
    """A subclass of `torch.nn.Module`, `"package.module:Class"`; or a function `make(pretrained)` that returns a
    module, maybe with a table of its pictures (`relxfer_vision.architectures.user_function`)."""
    kwargs: Annotated[dict[str, Any], UserOnly] = {}
    """Its keyword arguments."""
    head: str | None = None
    """Attribute of its last layer, a `torch.nn.Linear` on which nothing follows; dots lead into submodules. Unset: the
    one whose output is that of the module."""
    folder: Annotated[Path | None, UserOnly, PLACE] = None
    """Where the class is imported from, before the environment; unset: the folder of the configuration."""
    code: Annotated[str | None, UserOnly] = None
    """Hash of its file, of those that it imports from its folder, and of those that strings in these or in `kwargs`
    name; else the version of what offers it, with a hash of its files (of torch the version alone). Other code is
    another model; relxfer fills it in."""
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
        path = value.get("import_path") if isinstance(value, Mapping) else None
        if here is None or not isinstance(path, str) or not re.fullmatch(_PATH, path):
            return value
        folder = (Path(here) / str(value.get("folder") or "")).resolve()
        code, was = _code(folder, path.partition(":")[0], value.get("kwargs")), value.get("code")
        if was not in (None, code):
            raise ValueError(
                f"expected the code of {path} for which code = {shown(was)} was written, got other code in {folder} "
                f"({shown(code)}): restore it, or leave code out to take it as it is"
            )
        return {**value, "folder": folder, "code": code}


def _code(folder: Path, name: str, arguments: Any) -> str | None:
    """A hash of what a module computes, as far as its files show; None where there is no such module."""
    code, named = _own_code(folder, name), _files_in(arguments)
    return f"{code}, files {files.fingerprint(named)[:16]}" if code and named else code


def _files_in(arguments: Any, key: str = "") -> dict[str, str | None]:
    """Digests of the files that arguments name, by the names of these."""
    if isinstance(arguments, str):
        return {key: contents.of_path(Path(arguments))} if os.path.isfile(arguments) else {}
    pairs = (
        arguments.items()
        if isinstance(arguments, Mapping)
        else enumerate(arguments)
        if isinstance(arguments, list | tuple)
        else ()
    )
    return {name: digest for each, item in pairs for name, digest in _files_in(item, f"{key}/{each}").items()}


def _own_code(folder: Path, name: str) -> str | None:
    try:
        if code := _users(folder, name):
            return code.digest
    except OSError as error:
        raise ValueError(f"Cannot read {error.filename}: {error.strerror}. Correct its permissions.") from None
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return f"Python {platform.python_version()}"
    return ", ".join(f"{each} {_version(each, name)}" for each in _offering(top)) or None


def _users(folder: Path, name: str) -> UserCode | None:
    """A module in this folder, or on the path outside every distribution, as in a notebook's folder."""
    top = name.partition(".")[0]
    if code := UserCode.find(folder, name):
        return code
    if top in sys.stdlib_module_names or _offering(top):
        return None
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    places = [Path(place).parent for place in (spec and spec.submodule_search_locations) or ()]
    origin = [Path(spec.origin).parent] if spec and spec.has_location and spec.origin and not places else []
    return next(filter(None, (UserCode.find(place, name) for place in (*places, *origin))), None)


def _offering(top: str) -> list[str]:
    return sorted(set(importlib.metadata.packages_distributions().get(top, ())))


def _version(distribution: str, module: str) -> str:
    """With a hash of its files; of torch the version alone, for it has gigabytes of them."""
    return importlib.metadata.version("torch") if distribution == "torch" else Versions().of(distribution, module)


def module(
    options: ModuleOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `module`; the classes of foreign weights are counted at the head."""
    from relxfer_vision.architectures.brought import numbered
    from relxfer_vision.architectures.module_net import Wrapped
    from relxfer_vision.model import ImageModel

    made, native = _made(options, pretrained=False)
    head = _head(options, made, native)
    rows = (arrays or {}).get(f"module.{head}.weight")
    if rows is not None and not tasks.of_card(card).answers:
        card = {"task": Classification(numbered(len(rows))).card()}
    return ImageModel(lambda classes: Wrapped(made, head, classes), native, arrays, card)


def bring(options: ModuleOptions) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The weights that a function gives, and a card with the number of its classes.

    Raises:
        ArtefactError: it is a class, which is untrained.
    """
    from relxfer_vision.architectures.brought import brought

    if isinstance(_imported(options), type):
        raise ArtefactError(
            f"expected datasets, a checkpoint, or a function that returns a module with its weights, got the class "
            f"{options.import_path}, which is untrained; name one"
        )
    made, native = _made(options, pretrained=True)
    return brought(made, _head(options, made, native))


def _head(options: ModuleOptions, made: Any, native: Native) -> str:
    from relxfer_vision.architectures import last_layer

    return options.head or last_layer.find(made, native.size, native.channels)


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Foreign weights of a module, by its own names; nobody says what its classes are called."""
    return {f"module.{name}": array for name, array in read_arrays(path).items()}, {}


def _made(options: ModuleOptions, pretrained: bool) -> tuple[Any, Native]:
    """The module and its pictures; what is named must be a class of modules, or such a function, to be called."""
    from torch import nn

    from relxfer_vision.model import Native, normalisation

    made = _imported(options)
    native = Native(options.size, options.channels, *normalisation(options.normalise, options.channels))
    if isinstance(made, type) and issubclass(made, nn.Module):
        return made(**options.kwargs), native
    if user_function.is_one(made):
        return user_function.called(made, options.import_path, pretrained, options.kwargs, native)
    got = f"the class {made.__name__}" if isinstance(made, type) else f"a {type(made).__name__}"
    raise Incompatible(
        f"a subclass of torch.nn.Module as {options.import_path}",
        got,
        "name another class, or a function of Python with a parameter `pretrained` that returns a module",
    )


def _imported(options: ModuleOptions) -> Any:
    name, _, attribute = options.import_path.partition(":")
    if options.folder and options.code not in (None, _code(options.folder, name, options.kwargs)):
        raise ArtefactError(
            f"expected the code of {options.import_path} as it was when the configuration was read, got other code in "
            f"{options.folder} or on the path; run again"
        )
    code = _users(options.folder, name) if options.folder else None
    try:
        return getattr(code.load(name) if code else importlib.import_module(name), attribute)
    except Exception as error:  # a module of the user's raises anything
        raise PluginError(
            f"expected {attribute!r} in the module {name!r}, got {type(error).__name__}: {error}; put its file beside "
            "the configuration, or install it"
        ) from None
