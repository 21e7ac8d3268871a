"""JSON lines: an object on each line, whose keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.column import Column
from relxfer.data.tables.table import Table

ENDINGS = (".jsonl", ".ndjson")


def is_json_lines(text: str) -> bool:
    r"""Whether the first line that is not empty is an object.

    >>> is_json_lines('\n{"head": "Rome"}\n'), is_json_lines("{a}\tb\n")
    (True, False)
    """
    first = next((line for line in text[: 1 << 20].split("\n") if line.strip()), "")
    return first.lstrip().startswith("{") and isinstance(_parsed(first), dict)


def read(text: str, place: str, bad: BadRowList) -> Table:
    """The table; a key that an object lacks is an empty cell, numbers stay as they are written.

    Lists and objects in a cell stay JSON. Lines that are no object are bad rows.
    """
    objects = list(_objects(text, place, bad))
    names = tuple(dict.fromkeys(name for each, _ in objects for name in each))
    columns = tuple(Column.of(_cell(each.get(name)) for each, _ in objects) for name in names)
    return Table(place, columns, names, [line for _, line in objects])


def _objects(text: str, place: str, bad: BadRowList) -> Iterator[tuple[dict[str, Any], int]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            value = _parsed(line)
            if isinstance(value, dict):
                yield value, number
            else:
                bad.add(place, number, f"expected an object, {{...}}, got {line.strip()[:80]}")


def _parsed(line: str) -> Any:
    try:
        value = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
        json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair is no character
    except (ValueError, RecursionError):
        return None
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
