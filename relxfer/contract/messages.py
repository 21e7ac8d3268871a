"""Translation of pydantic's errors: which key is wrong, what was expected, what was given, and suggestions."""

from __future__ import annotations

import datetime
import json
import re
import types
import typing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from relxfer.contract.synonyms import meant
from relxfer.errors import Problem

#: pydantic's type of error, without its ending -> what was expected
_EXPECTED = {
    "bool": "expected true or false",
    "date": "expected a date",
    "datetime": "expected a date and a time",
    "dict": "expected a table",
    "finite_number": "expected a finite number",
    "float": "expected a number",
    "greater_than": "expected a number greater than {gt}",
    "greater_than_equal": "expected a number of at least {ge}",
    "int": "expected a whole number",
    "less_than": "expected a number less than {lt}",
    "less_than_equal": "expected a number of at most {le}",
    "list": "expected a list",
    "literal_error": "expected {expected}",
    "model": "expected a table",
    "path": "expected a path",
    "string": "expected a text",
    "string_too_long": "expected a text of at most {max_length} characters",
    "string_too_short": "expected a text of at least {min_length} characters",
    "time": "expected a time",
    "too_long": "expected at most {max_length} items (got {actual_length})",
    "too_short": "expected at least {min_length} items (got {actual_length})",
    "tuple": "expected a list",
}
_ENDING = re.compile(r"_(type|parsing|parsing_size|from_float|unicode)$")
#: The most similar problems that are listed: a list may hold thousands of wrong items.
_MOST_ALIKE = 10
#: The most characters of a value in a message.
_MOST_SHOWN = 80
#: The context key of an error whose message is already translated.
_TRANSLATED = "words"


def problems(error: ValidationError, model: type[BaseModel], raw: Any = None, key: str = "") -> list[Problem]:
    """Every error of a validation as a problem with its key and a message.

    raw  the value that was validated against `model`
    key  the key of `raw` in the configuration
    """
    similar = {}  # problem -> what it has in common with similar ones: its table without indices, its type
    for item in told(error, model).errors():
        problem = Problem(_key(item["loc"], raw, key, item["type"] == "missing"), item["msg"])
        similar[problem] = re.sub(r"\[\d+\]", "", problem.key).rpartition(".")[0], item["type"]
    return _first_few(similar)


def told(error: ValidationError, model: type[BaseModel], use: str = "") -> ValidationError:
    """The same errors with translated messages. Raised in a validator, they are reported below the key it validates.

    model  what was validated
    use    the name of the offer whose options `model` describes; messages about unknown and missing keys mention it
    """
    details = [_translated(item, model, use) for item in error.errors() if not _is_spurious(item)]
    return ValidationError.from_exception_data(model.__name__, details)


def error_at(key: str, message: str) -> ValidationError:
    """A validation error with this message at a key."""
    details = InitErrorDetails(type=custom_error("value_error", message), loc=(key,), input=None)
    return ValidationError.from_exception_data(key, [details])


def first_problem(error: ValidationError) -> str:
    """The key and pydantic's own message of the first error."""
    item = error.errors()[0]
    return f"{joined('', item['loc'][0]) if item['loc'] else 'all'}: {item['msg']}"


def shown(value: Any) -> str:
    """A value of a configuration as it is written in the file; long values are cut.

    >>> shown("x" * 1000)[-4:], shown(True), shown([1, 2]), shown({"a": 1})
    ('xxx…', 'true', 'a list', 'a table')
    """
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def joined(key: str, step: Any) -> str:
    """The key `step` below another key, as in TOML; a number is an index into a list.

    >>> joined("strategy", 0), joined("strategy[0]", "lr"), joined("", "my key")
    ('strategy[0]', 'strategy[0].lr', '"my key"')
    """
    if isinstance(step, int):
        return f"{key}[{step}]"
    name = str(step)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        name = json.dumps(name, ensure_ascii=False)
    return f"{key}.{name}" if key else name


def _key(loc: Sequence[Any], raw: Any, key: str, missing: bool) -> str:
    """`("strategy", 0, "lr")` as `strategy[0].lr`, without pydantic's steps that are not keys (members of unions)."""
    for place, step in enumerate(loc, 1):
        if isinstance(step, int):
            raw = raw[step] if isinstance(raw, list | tuple) and step < len(raw) else raw
        elif (isinstance(raw, Mapping) and step in raw) or (missing and place == len(loc)):
            raw = raw.get(step) if isinstance(raw, Mapping) else None  # a name alone stands for a table
        else:
            continue
        key = joined(key, step)
    return key


def _first_few(similar: Mapping[Problem, Any]) -> list[Problem]:
    """The first of each set of similar problems; the last one that is listed says how many more there are."""
    totals, listed, few = Counter(similar.values()), Counter[Any](), []
    for problem, group in similar.items():
        listed[group] += 1
        more = totals[group] - _MOST_ALIKE if listed[group] == _MOST_ALIKE else 0
        if listed[group] <= _MOST_ALIKE:
            few.append(Problem(problem.key, f"{problem.message}; and {more:,} more like it") if more else problem)
    return few


def _is_spurious(item: Any) -> bool:
    """Whether pydantic calls a list too short only because it left out wrong items, which are reported anyway."""
    least = item.get("ctx", {}).get("min_length")
    return item["type"] == "too_short" and least is not None and len(item["input"]) >= least


def _translated(item: Any, model: type[BaseModel], use: str) -> InitErrorDetails:
    translated = item.get("ctx", {}).get(_TRANSLATED)
    message = item["msg"] if translated else _message(item, model, f' with use = "{use}"' * bool(use))
    return InitErrorDetails(type=custom_error(item["type"], message), loc=item["loc"], input=item["input"])


def custom_error(kind: str, message: str) -> PydanticCustomError:
    """An error of this type, to be raised in a validator; its message is shown as it is."""
    return PydanticCustomError(kind, f"{{{_TRANSLATED}}}", {_TRANSLATED: message})


def _message(item: Any, model: type[BaseModel], where: str) -> str:
    kind, loc = item["type"], item["loc"]
    if kind == "extra_forbidden":
        fields = list(_fields_at(model, loc[:-1]))
        return f"unknown key{where}: {meant(str(loc[-1]), fields) if fields else 'it has no options'}"
    if kind == "missing":
        return "expected one more item" if isinstance(loc[-1], int) else f"this key is needed{where}"
    template = _EXPECTED.get(_ENDING.sub("", kind))
    bounds = {key: f"{value:.15g}" if isinstance(value, float) else value for key, value in item.get("ctx", {}).items()}
    message = template.format(**bounds) if template else _plain(item["msg"])
    if "got" in message or (kind == "value_error" and isinstance(item["input"], Mapping | list | tuple)):
        return message
    return f"{message} (got {shown(item['input'])})"


def _plain(message: str) -> str:
    message = re.sub(r"^(Value error|Assertion failed), ", "", message)
    return re.sub(r"^\w+ should (be|have) (a valid )?", "expected ", message)


def _fields_at(model: type[BaseModel], loc: Sequence[Any]) -> Iterable[str]:
    for step in loc:
        if isinstance(step, int) or step not in model.model_fields:
            continue
        inner = next(_models(model.model_fields[step].annotation), None)
        if inner is None:
            return []
        model = inner
    return model.model_fields


def _models(annotation: Any) -> typing.Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for argument in typing.get_args(annotation):
        yield from _models(argument)
