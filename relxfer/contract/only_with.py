"""Options that act only beside certain values of others: a field says so, and is refused where it could do nothing.

`OnlyWith` names the values that it needs; `OnlyWhere` asks a function, where one value does not decide. Both judge what
was written, not what stands there by default.
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

#: The type of the error of an option that does nothing.
KIND = "without_effect"
#: `context={TOLERATED: True}` lets such options pass, so that what else is wrong can be found.
TOLERATED = "without_effect_tolerated"
#: Of a value in a message, at most so many characters.
_LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """Which values of another field let an option act, and how to get there: `remedy`, with `{key}` for that field."""

    holds: Callable[[Any], bool]
    remedy: str


#: The other field is set.
GIVEN = Wanted(lambda value: value is not None, "set {key}")
#: It is a number above 0.
ABOVE_0 = Wanted(lambda value: value > 0, "set {key} above 0")


def holding(item: Any) -> Wanted:
    """It is a list with this item."""
    return Wanted(lambda value: item in (value or ()), f"add {written(item)} to {{key}}")


class OnlyWith:
    """Marks a field that acts only where other fields of the same options have these values.

    A value stands for itself, a tuple for any of its items, None for a field that is unset; see also `GIVEN`, `ABOVE_0`
    and `holding`. The mark stands outermost in the type of the field.

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
        """Why the field does nothing beside these options, as `with KEY = VALUE; ...`; None where it acts."""
        for key, wanted in self.wanted.items():
            if not wanted.holds(value := getattr(options, key)):
                return told(key, value, wanted.remedy.format(key=key))
        return None


class OnlyForData:
    """Marks a field of an adapter's options that acts only for data whose options have these values, see `OnlyWith`.

    Where the options of the data have no field of that name, nobody knows, and the field may act.
    """

    def __init__(self, **wanted: Any):
        self.wanted = {key: _wanted(value) for key, value in wanted.items()}

    def hindrance(self, data: Any) -> str | None:
        """Why the field does nothing for data of these options; None where it acts."""
        for key, wanted in self.wanted.items():
            if hasattr(data, key) and not wanted.holds(value := getattr(data, key)):
                return told(key, value, f"{wanted.remedy.format(key=key)} of the data")
        return None


class OnlyWhere:
    """Marks a field that acts only where `hindrance(options)` is None; else that says why not, see `told`."""

    def __init__(self, hindrance: Callable[[Any], str | None]):
        self.hindrance = hindrance


def told(key: str, value: Any, remedy: str) -> str:
    """What hinders a field: the value of another, and what to do.

    >>> told("steps", 0, "set steps above 0")
    'with steps = 0; remove it, or set steps above 0'
    """
    state = f"where {key} is unset" if value is None else f"with {key} = {written(value)}"
    return f"{state}; remove it, or {remedy}"


def without_effect(hindrance: str) -> str:
    """The message about an option with this hindrance."""
    return f"without effect {hindrance}"


def written(value: Any) -> str:
    """A value as TOML has it, and short.

    >>> written("sgd"), written(True), written((1, 2))
    ('"sgd"', 'true', '[1, 2]')
    """
    text = json.dumps(to_jsonable_python(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def conditional(model: type[BaseModel]) -> dict[str, list[OnlyWith | OnlyWhere]]:
    """The fields that act under a condition only, with their marks."""
    return {name: marks for name, field in model.model_fields.items() if (marks := list(_marks(field)))}


def hindrances(options: BaseModel) -> dict[str, str]:
    """The fields that do nothing beside the others, written or not, each with what keeps it from acting."""
    marked = conditional(type(options)).items()
    found = {name: next(filter(None, (mark.hindrance(options) for mark in marks)), None) for name, marks in marked}
    return {name: hindrance for name, hindrance in found.items() if hindrance}


def refuse(options: BaseModel) -> None:
    """Raise one error for every field that was written and does nothing."""
    found = {name: why for name, why in hindrances(options).items() if name in options.model_fields_set}
    if found:
        raise ValidationError.from_exception_data(type(options).__name__, list(_errors(options, found)))


def refuse_for_data(options: BaseModel, names: Iterable[str], hindrance: str) -> None:
    """`DataError` where one of these fields differs from its default: loaded data shows that it does nothing.

    A run directory writes every option out, so that its default is no sign of what somebody meant.

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
    """Every option that acts, as JSON: what may be written out, and read again.

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


def _errors(options: BaseModel, found: Mapping[str, str]) -> Iterator[InitErrorDetails]:
    for name, hindrance in found.items():
        yield InitErrorDetails(
            type=messages.ours(KIND, without_effect(hindrance)), loc=(name,), input=getattr(options, name)
        )


def _marks(field: FieldInfo) -> Iterator[OnlyWith | OnlyWhere]:
    return (mark for mark in field.metadata if isinstance(mark, OnlyWith | OnlyWhere))


def _wanted(value: Any) -> Wanted:
    if isinstance(value, Wanted):
        return value
    if value is None:
        return Wanted(lambda found: found is None, "remove {key}")
    values = value if isinstance(value, tuple) else (value,)
    named = " or ".join(written(item) for item in values if item is not None)
    return Wanted(lambda found: found in values, f"set {{key}} = {named}")
