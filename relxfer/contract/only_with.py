"""Options that have an effect only together with certain values of other options.

A field is marked with its condition, and writing it where it has no effect is an error, so that nobody is misled by an
option that does nothing. `OnlyWith` lists the values that other fields must have; `OnlyWhere` calls a function, for
other conditions. Fields that were not written, but have their defaults, are never refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, to_jsonable_python

from relxfer.contract import messages
from relxfer.contract.plain import Table
from relxfer.errors import DataError

#: The pydantic error type of an option without effect.
KIND = "without_effect"
#: The validation context `{TOLERATED: True}` accepts options without effect, so that other problems are found first.
TOLERATED = "without_effect_tolerated"
#: The most characters of a value in a message.
_LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """The values of another field with which an option has an effect.

    holds   whether a value is one of them
    remedy  how to set one, as in `"set {key} above 0"`; `{key}` is replaced by the name of that field
    """

    holds: Callable[[Any], bool]
    remedy: str


#: The other field must be set.
GIVEN = Wanted(lambda value: value is not None, "set {key}")
#: The other field must be a number above 0.
ABOVE_0 = Wanted(lambda value: value > 0, "set {key} above 0")


def holding(item: Any) -> Wanted:
    """The other field must be a list that contains this item."""
    return Wanted(lambda value: item in (value or ()), f"add {written(item)} to {{key}}")


class OnlyWith:
    """Marks a field that has an effect only if other fields of the same options have certain values.

    wanted  field -> the value that it must have; a tuple: one of these; None: it must be unset; or a `Wanted`, such as
            `GIVEN`, `ABOVE_0` and `holding(item)`

    The mark must be in the outermost `Annotated` of the field.

    >>> from typing import Annotated
    >>> from relxfer.contract.options import Options
    >>> class Mine(Options):
    ...     kind: str = "round"
    ...     corners: Annotated[int, OnlyWith(kind="square")] = 4
    >>> Mine(kind="square", corners=5).corners
    5
    >>> hindrances(Mine())
    {'corners': 'with kind = "round"; remove it, or set kind = "square"'}
    """

    def __init__(self, **wanted: Any):
        self.wanted = {key: _wanted(value) for key, value in wanted.items()}

    def hindrance(self, options: Any) -> str | None:
        """Why the field has no effect in these options, as `with KEY = VALUE; ...`; None if it has one."""
        for key, wanted in self.wanted.items():
            if not wanted.holds(value := getattr(options, key)):
                return told(key, value, wanted.remedy.format(key=key))
        return None


class OnlyForData:
    """Marks a field of an adapter's options that has an effect only for data whose options have certain values.

    wanted  as for `OnlyWith`, for fields of the options of a data set

    If the options of the data set have no such field, the marked field is accepted.
    """

    def __init__(self, **wanted: Any):
        self.wanted = {key: _wanted(value) for key, value in wanted.items()}

    def hindrance(self, data: Any) -> str | None:
        """Why the field has no effect for data with these options; None if it may have one."""
        for key, wanted in self.wanted.items():
            if hasattr(data, key) and not wanted.holds(value := getattr(data, key)):
                return told(key, value, f"{wanted.remedy.format(key=key)} of the data")
        return None


class OnlyWhere:
    """Marks a field that has an effect only if `hindrance(options)` is None; otherwise that is the reason (`told`)."""

    def __init__(self, hindrance: Callable[[Any], str | None]):
        self.hindrance = hindrance


def told(key: str, value: Any, remedy: str) -> str:
    """The reason why a field has no effect: the value of another field `key`, and what to do about it.

    >>> told("steps", 0, "set steps above 0")
    'with steps = 0; remove it, or set steps above 0'
    """
    state = f"where {key} is unset" if value is None else f"with {key} = {written(value)}"
    return f"{state}; remove it, or {remedy}"


def without_effect(hindrance: str) -> str:
    """The error message for an option without effect, from its reason."""
    return f"without effect {hindrance}"


def written(value: Any) -> str:
    """A value as it is written in TOML; long values are cut.

    >>> written("sgd"), written(True), written((1, 2))
    ('"sgd"', 'true', '[1, 2]')
    """
    text = json.dumps(to_jsonable_python(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def conditional(model: type[BaseModel]) -> dict[str, list[OnlyWith | OnlyWhere]]:
    """The fields that have an effect only under a condition, with their marks."""
    return {name: marks for name, field in model.model_fields.items() if (marks := list(_marks(field)))}


def hindrances(options: BaseModel) -> dict[str, str]:
    """The fields that have no effect, whether they were written or not, each with the reason."""
    marked = conditional(type(options)).items()
    reasons = {name: next(filter(None, (mark.hindrance(options) for mark in marks)), None) for name, marks in marked}
    return {name: reason for name, reason in reasons.items() if reason}


def refuse(options: BaseModel) -> None:
    """Raise a `ValidationError` with one error for every field that was written and has no effect."""
    reasons = {name: why for name, why in hindrances(options).items() if name in options.model_fields_set}
    if reasons:
        raise ValidationError.from_exception_data(type(options).__name__, list(_errors(options, reasons)))


def refuse_for_data(options: BaseModel, names: Iterable[str], hindrance: str) -> None:
    """Refuse fields that turn out to have no effect once the data is loaded, unless they have their defaults.

    The configuration in a run directory holds the defaults too, so a default does not show that somebody wrote it.

    names      the fields
    hindrance  why they have no effect

    Raises:
        DataError: one of the fields differs from its default.

    >>> from relxfer.contract.options import Options
    >>> class Mine(Options):
    ...     test_fraction: float = 0.1
    >>> refuse_for_data(Mine(test_fraction=0.5), ["test_fraction"], "where the file gives the split")
    Traceback (most recent call last):
    ...
    relxfer.errors.DataError: test_fraction = 0.5: without effect where the file gives the split; remove it
    """
    fields = type(options).model_fields
    for name in names:
        if (value := getattr(options, name)) != fields[name].get_default(call_default_factory=True):
            raise DataError(f"{name} = {written(value)}: {without_effect(hindrance)}; remove it")


def acting(options: BaseModel) -> Table:
    """The options that have an effect, as JSON; without the others, they can be validated again.

    >>> from typing import Annotated
    >>> from relxfer.contract.options import Options
    >>> class Mine(Options):
    ...     test: str | None = None
    ...     test_fraction: Annotated[float, OnlyWith(test=None)] = 0.1
    >>> acting(Mine()), acting(Mine(test="t.csv"))
    ({'test': None, 'test_fraction': 0.1}, {'test': 't.csv'})
    """
    made = options.model_dump(mode="json", exclude=set(hindrances(options)))
    held = {name: getattr(options, name) for name in made}
    return made | {name: acting(value) for name, value in held.items() if isinstance(value, BaseModel)}


def _errors(options: BaseModel, reasons: Mapping[str, str]) -> Iterator[InitErrorDetails]:
    for name, hindrance in reasons.items():
        error = messages.custom_error(KIND, without_effect(hindrance))
        yield InitErrorDetails(type=error, loc=(name,), input=getattr(options, name))


def _marks(field: FieldInfo) -> Iterator[OnlyWith | OnlyWhere]:
    return (mark for mark in field.metadata if isinstance(mark, OnlyWith | OnlyWhere))


def _wanted(value: Any) -> Wanted:
    if isinstance(value, Wanted):
        return value
    if value is None:
        return Wanted(lambda actual: actual is None, "remove {key}")
    values = value if isinstance(value, tuple) else (value,)
    named = " or ".join(written(item) for item in values if item is not None)
    return Wanted(lambda actual: actual in values, f"set {{key}} = {named}")
