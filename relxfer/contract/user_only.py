"""What only the user's own configuration may say: paths, and whatever is marked with `UserOnly`.

The card of a checkpoint and the configuration in a run directory may come from a stranger. They are data: they name
offers of installed plugins and plain values. Options that are validated with `context={"stranger": words}` refuse the
rest; `words` say where they stand and what to do instead.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import BaseModel, ValidationInfo
from pydantic.fields import FieldInfo

from relxfer.contract import messages

#: The type of the error of a value that only the user may say.
KIND = "user_only"


class UserOnly:
    """Marks a field of options, as in `Annotated[str, UserOnly]`: an import path, or what is handed to what it names.

    A field whose value holds a `Path` needs no mark.
    """


def refuse(value: Any, info: ValidationInfo) -> None:
    """Raise where what is validated is not of the user's own configuration."""
    if words := (info.context or {}).get("stranger"):
        raise messages.ours(KIND, f"expected plain values, got {messages.shown(value)}, {words}")


def check(field: FieldInfo, value: Any, made: Any, info: ValidationInfo) -> None:
    """Of a field as it was written and as it was read, likewise."""
    if (info.context or {}).get("stranger") and _said(field, made):
        refuse(next(map(str, _paths(made)), value), info)


def said(options: Any) -> dict[str, Any]:
    """The fields of options that hold what only the user may say; a marked one that has its default says nothing.

    >>> class Mine(BaseModel):
    ...     of: Annotated[str, UserOnly]
    ...     rate: float = 0.1
    >>> said(Mine(of="package:Class"))
    {'of': 'package:Class'}
    """
    if not isinstance(options, BaseModel):
        return {}
    return {
        name: value
        for name, field in type(options).model_fields.items()
        if _said(field, value := getattr(options, name))
    }


def is_marked(field: FieldInfo) -> bool:
    """Whether the mark stands on a field, or on a part of its type."""
    return UserOnly in field.metadata or any(_marks(field.annotation))


def _said(field: FieldInfo, value: Any) -> bool:
    if is_marked(field):
        return field.is_required() or value != field.get_default(call_default_factory=True)
    return next(_paths(value), None) is not None


def _marks(annotation: Any) -> Iterator[bool]:
    if typing.get_origin(annotation) is Annotated:
        yield UserOnly in annotation.__metadata__
    for part in typing.get_args(annotation):
        yield from _marks(part)


def _paths(value: Any) -> Iterator[Any]:
    """The paths in a value, and what nested options hold."""
    if isinstance(value, PurePath):
        yield value
    elif isinstance(value, BaseModel):
        yield from said(value).values()
        yield from _paths(value.model_extra or {})
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _paths(key)
            yield from _paths(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _paths(item)
