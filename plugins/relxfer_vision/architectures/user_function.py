"""A function of the user's that returns a network, with its weights where it is asked for them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import PositiveInt, ValidationError

from relxfer.contract.options import Options
from relxfer.errors import PluginError

if TYPE_CHECKING:
    from relxfer_vision.model import Native


class Pictures(Options):
    """The pictures that a network takes, as a function returns them beside it; what is unset is as the options say."""

    size: PositiveInt | None = None
    """Side of the square that it takes, in pixels."""
    mean: tuple[float, ...] | None = None
    """Of each channel, of values in [0, 1]."""
    std: tuple[float, ...] | None = None
    """Of each channel, of values in [0, 1]."""
    resize: Literal["pad", "stretch", "crop"] | None = None
    """As in the options of the adapter."""
    shorter: PositiveInt | None = None
    """With `crop`, the shorter side before the crop; unset: size * 256 / 224."""
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos"] | None = None
    """A filter of Pillow."""


def is_one(made: Any) -> bool:
    """Whether it may be called: a function of Python, with a parameter `pretrained`.

    >>> is_one(lambda pretrained: None), is_one(lambda: None), is_one(print)
    (True, False, False)
    """
    return isinstance(made, FunctionType) and "pretrained" in inspect.signature(made).parameters


def called(
    function: Any, name: str, pretrained: bool, arguments: Mapping[str, Any], native: Native
) -> tuple[Any, Native]:
    """The module that a function returns, and the pictures that it takes.

    pretrained  whether it is asked for its weights; else its weights are newly drawn
    native      what the options say of the pictures

    Raises:
        PluginError: it returns neither a module, nor a module with a table.
    """
    from dataclasses import replace

    from torch import nn

    returned = function(pretrained=pretrained, **arguments)
    module, table = returned if isinstance(returned, tuple) and len(returned) == 2 else (returned, {})
    if not isinstance(module, nn.Module):
        raise PluginError(
            f"expected of {name} a torch.nn.Module, or one with a table of its pictures, got "
            f"{type(returned).__name__}; return one"
        )
    try:
        pictures = Pictures.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the table"
        raise PluginError(
            f"expected of {name} a table of size, mean, std, resize, shorter and interpolation, got {where}: "
            f"{first['msg']}; correct it"
        ) from None
    said = {key: value for key, value in pictures if value is not None}
    channels = {len(said[key]) for key in ("mean", "std") if key in said}
    if channels - {native.channels}:
        raise PluginError(
            f"expected of {name} a mean and a std for each of {native.channels} channel(s), got {max(channels)}; "
            "correct them, or set channels"
        )
    return module, replace(native, **said)
