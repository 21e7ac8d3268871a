"""pydantic's errors in our words: which key, what was expected, what was got, did you mean."""

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

from relxfer.errors import Problem, did_you_mean

#: What was expected, by pydantic's type of error without its ending.
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
#: Of thousands of wrong items in one place, the first few say it all.
_MOST_ALIKE = 10
_MOST_SHOWN = 80
#: Marks an error whose message is already in our words.
_OURS = "words"


def problems(error: ValidationError, model: type[BaseModel], raw: Any = None, key: str = "") -> list[Problem]:
    """Every error as a problem; `raw` is what was validated against `model`, and lies under `key`."""
    found = {}
    for item in told(error, model).errors():
        problem = Problem(_key(item["loc"], raw, key, item["type"] == "missing"), item["msg"])
        found[problem] = re.sub(r"\[\d+\]", "", problem.key).rpartition(".")[0], item["type"]
    return _first_few(found)


def told(error: ValidationError, model: type[BaseModel], use: str = "") -> ValidationError:
    """The same errors in our words; raised in a validator, they become errors below the key that it validates.

    use  the offer whose options `model` holds, for keys that it does not have or needs
    """
    details = [_told(item, model, use) for item in error.errors() if not _is_spurious(item)]
    return ValidationError.from_exception_data(model.__name__, details)


def told_of(key: str, message: str) -> ValidationError:
    """One error of ours."""
    details = InitErrorDetails(type=ours("value_error", message), loc=(key,), input=None)
    return ValidationError.from_exception_data(key, [details])


def first(error: ValidationError) -> str:
    """The first thing that is wrong, as pydantic has it: where, and what."""
    item = error.errors()[0]
    return f"{joined('', item['loc'][0]) if item['loc'] else 'all'}: {item['msg']}"


def shown(value: Any) -> str:
    """A value of a configuration, as the file has it, and short.

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
    """A key below another, written as TOML would have it; an index where it is a number.

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
    """`("strategy", 0, "lr")` as `strategy[0].lr`; steps that are in no table (members of unions) are left out."""
    for place, step in enumerate(loc, 1):
        if isinstance(step, int):
            raw = raw[step] if isinstance(raw, list | tuple) and step < len(raw) else raw
        elif isinstance(raw, Mapping) and (step in raw or (missing and place == len(loc))):
            raw = raw.get(step)
        else:
            continue
        key = joined(key, step)
    return key


def _first_few(found: Mapping[Problem, Any]) -> list[Problem]:
    """The first problems of each place; the last of them says how many more are like it."""
    all_of, seen, few = Counter(found.values()), Counter[Any](), []
    for problem, place in found.items():
        seen[place] += 1
        more = all_of[place] - _MOST_ALIKE if seen[place] == _MOST_ALIKE else 0
        if seen[place] <= _MOST_ALIKE:
            few.append(Problem(problem.key, f"{problem.message}; and {more:,} more like it") if more else problem)
    return few


def _is_spurious(item: Any) -> bool:
    """A list is too short for pydantic also where its items are wrong, which is told already."""
    least = item.get("ctx", {}).get("min_length")
    return item["type"] == "too_short" and least is not None and len(item["input"]) >= least


def _told(item: Any, model: type[BaseModel], use: str) -> InitErrorDetails:
    message = (
        item["msg"] if item.get("ctx", {}).get(_OURS) else _message(item, model, f' with use = "{use}"' * bool(use))
    )
    return InitErrorDetails(type=ours(item["type"], message), loc=item["loc"], input=item["input"])


def ours(kind: str, message: str) -> PydanticCustomError:
    """An error whose message is in our words already; to be raised in a validator."""
    return PydanticCustomError(kind, f"{{{_OURS}}}", {_OURS: message})


def _message(item: Any, model: type[BaseModel], where: str) -> str:
    kind, loc = item["type"], item["loc"]
    if kind == "extra_forbidden":
        known = list(_fields_at(model, loc[:-1]))
        return f"unknown key{where}: {did_you_mean(str(loc[-1]), known) if known else 'it has no options'}"
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
