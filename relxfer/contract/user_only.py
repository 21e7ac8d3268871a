"""Options that are accepted only from the user's own configuration: paths, and fields marked with `UserOnly`.

The card of a checkpoint and the configuration in a run directory may have been written by somebody else. They may name
offers of installed plugins and hold plain values, but neither read files nor import code. Options that are validated
with `context={"stranger": explanation}` therefore refuse such values; the explanation, which ends the error message,
says where the options come from and what to do instead.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import BaseModel, ValidationInfo
from pydantic.fields import FieldInfo

from relxfer.contract import messages

#: The pydantic error type of a value that is accepted only from the user's own configuration.
KIND = "user_only"


class UserOnly:
    """Marks a field of options, as in `Annotated[str, UserOnly]`: an import path, or an argument of imported code.

    A field whose value contains a `Path` is refused without the mark.
    """


def refuse(value: Any, info: ValidationInfo) -> None:
    """Raise an error of type `KIND` if the options that are validated are not from the user's own configuration."""
    if explanation := (info.context or {}).get("stranger"):
        raise messages.custom_error(KIND, f"expected plain values, got {messages.shown(value)}, {explanation}")


def check(field: FieldInfo, value: Any, made: Any, info: ValidationInfo) -> None:
    """`refuse` the value of a field if it is accepted only from the user.

    value  as it was written
    made   as it was validated
    """
    if (info.context or {}).get("stranger") and _is_user_only(field, made):
        refuse(next(map(str, _paths(made)), value), info)


def said(options: Any) -> dict[str, Any]:
    """The fields of options, with their values, that are accepted only from the user.

    A marked field with its default value is not among them: it reveals nothing that anybody wrote.

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
        if _is_user_only(field, value := getattr(options, name))
    }


def is_marked(field: FieldInfo) -> bool:
    """Whether a field, or a type inside its type, is marked with `UserOnly`."""
    return UserOnly in field.metadata or any(_marks(field.annotation))


def _is_user_only(field: FieldInfo, value: Any) -> bool:
    if is_marked(field):
        return field.is_required() or value != field.get_default(call_default_factory=True)
    return next(_paths(value), None) is not None


def _marks(annotation: Any) -> Iterator[bool]:
    if typing.get_origin(annotation) is Annotated:
        yield UserOnly in annotation.__metadata__
    for argument in typing.get_args(annotation):
        yield from _marks(argument)


def _paths(value: Any) -> Iterator[Any]:
    """The paths in a value, and the user-only values of nested options."""
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
