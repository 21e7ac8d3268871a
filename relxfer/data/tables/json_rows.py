"""Rows in JSON: objects whose keys are the columns, one on each line, or all in one list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from relxfer.contract import plain
from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.column import Column
from relxfer.data.tables.table import Table
from relxfer.errors import DataError

ENDINGS = (".jsonl", ".ndjson")
_LIST, _BLANK = re.compile(r"\s*\[\s*(?=\{\s*[\"}])"), re.compile(r"\s*")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def is_list(text: str) -> bool:
    """Whether a text, or its beginning, is that of a list of objects."""
    return _LIST.match(text) is not None


def is_json_rows(text: str) -> bool:
    r"""Whether it is a list that begins with an object, or the first line that is not empty is an object.

    >>> is_json_rows('\n{"head": "Rome"}\n'), is_json_rows('[\n {"head": "Rome"}]'), is_json_rows("{a}\tb\n")
    (True, True, False)
    """
    if is_list(text):
        return True
    first = next((line for line in text[: 1 << 20].split("\n") if line.strip()), "")
    return first.lstrip().startswith("{") and isinstance(_parsed(first), dict)


def read(text: str, place: str, bad: BadRowList) -> Table:
    """The table; a key that an object lacks is an empty cell, numbers stay as they are written.

    Lists and objects in a cell stay JSON. Lines and members of the list that are no object are bad rows.

    Raises:
        DataError: the list is no JSON.
    """
    objects = list((_listed if is_list(text) else _lines)(text, place, bad))
    names = tuple(dict.fromkeys(name for each, _ in objects for name in each))
    columns = tuple(Column.of(_cell(each.get(name)) for each, _ in objects) for name in names)
    return Table(place, columns, names, [line for _, line in objects])


def _lines(text: str, place: str, bad: BadRowList) -> Iterator[tuple[plain.Table, int]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            value = _parsed(line)
            if isinstance(value, dict):
                yield value, number
            else:
                bad.add(place, number, f"expected an object, {{...}}, got {line.strip()[:80]}")


def _listed(text: str, place: str, bad: BadRowList) -> Iterator[tuple[plain.Table, int]]:
    start = _LIST.match(text)
    assert start is not None
    at, line, counted = start.end(), 1, 0
    while True:
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = _DECODER.raw_decode(text, at)
            _check_characters(value)
        except (ValueError, RecursionError):
            raise _broken(text, at, place, line) from None
        if isinstance(value, dict):
            yield value, line
        else:
            bad.add(place, line, f"expected an object, {{...}}, got {text[at:end][:80]}")
        after = _after_blanks(text, end)
        if text[after : after + 1] == "]" and _after_blanks(text, after + 1) == len(text):
            return
        if text[after : after + 1] != ",":
            raise _broken(text, after, place, line)
        at = _after_blanks(text, after + 1)


def _after_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _broken(text: str, at: int, place: str, line: int) -> DataError:
    got = repr(text[at : at + 80]) if at < len(text) else "the end of the file"
    return DataError(f"{place}:{line}: expected a list of objects, [{{...}}, {{...}}], got {got}; correct it")


def _parsed(line: str) -> Any:
    try:
        value = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
        _check_characters(value)
    except (ValueError, RecursionError):
        return None
    return value


def _check_characters(value: Any) -> None:
    """Half of a surrogate pair is no character: UnicodeEncodeError, a ValueError."""
    json.dumps(value, ensure_ascii=False).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
