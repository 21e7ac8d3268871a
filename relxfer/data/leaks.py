"""Whether the inputs of a domain give away the answers of its test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples

#: A class with fewer test items may be told apart by chance.
FEWEST = 3
#: Columns of a table that are compared with the answers.
MOST_COLUMNS = 8192


def leak(domain: Domain) -> str | None:
    """Where the inputs hold the answers of the test, in words; None if nowhere.

    Three forms are found: a table with a row for each item, some columns of which tell the answers; a list of facts
    that holds queries with their answers; a list of pairs that holds the pairs which are asked for.

    >>> points = np.arange(40.0).reshape(20, 2)
    >>> test = Examples({"points": points, "labels": np.arange(20) % 2}, np.arange(10, 20), np.arange(10) % 2)
    >>> leak(Domain("d", task=None, inputs=test.inputs, test=test))
    'inputs.labels holds the answer of every test query'
    """
    test = domain.test
    if test is None or test.answers is None:
        return None
    for name, array in arrays_of(domain.inputs):
        if array.ndim in (1, 2) and array.dtype.kind in "biuf" and array.size:
            if test.queries.ndim == 1 and _tells(array, test):
                return f"{name} holds the answer of every test query"
            if test.queries.ndim == 2 and array.ndim == 2 and array.dtype.kind in "iu" and _lists(array, test):
                return f"{name} lists queries of the test with their answers"
    return None


def arrays_of(value: Any, name: str = "inputs", depth: int = 3) -> Iterator[tuple[str, np.ndarray]]:
    """(path, array) of every array that an object holds, up to a depth."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray):
        yield name, value
    elif depth:
        for key, item in _members(value):
            yield from arrays_of(item, f"{name}.{key}", depth - 1)


def _members(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple) and len(value) <= 16:
        yield from enumerate(value)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((each.name, getattr(value, each.name)) for each in fields(value))
    elif hasattr(value, "__dict__") and not callable(value):
        yield from vars(value).items()


def _tells(table: np.ndarray, test: Examples) -> bool:
    """Whether columns of a table with a row for each item tell the answers of the test."""
    assert test.answers is not None
    if len(table) <= int(test.queries.max()):
        return False
    columns = table[test.queries].reshape(len(test), -1)[:, :MOST_COLUMNS]
    answers = test.answers.reshape(len(test), -1)
    if answers.dtype.kind == "f" or answers.shape[1] > 1:
        return all(_equal(columns, column) for column in answers.T if len(np.unique(column)) > 1)
    classes = [c for c in np.unique(answers) if (answers == c).sum() >= FEWEST]
    return len(classes) > 1 and all(_separates(columns, answers[:, 0] == c) for c in classes)


def _equal(columns: np.ndarray, answers: np.ndarray) -> bool:
    return bool(np.isclose(columns, answers[:, None]).all(0).any())


def _separates(columns: np.ndarray, members: np.ndarray) -> bool:
    """Whether some column has one value for the members of a class, and other values for all other items."""
    inside, outside = columns[members], columns[~members]
    constant = (inside == inside[:1]).all(0)
    return bool((constant & (outside != inside[:1]).all(0)).any())


def _lists(table: np.ndarray, test: Examples) -> bool:
    """Whether a list of facts holds most test queries with their answers, in any order of columns."""
    assert test.answers is not None
    if test.answers.ndim != 1:
        return False
    width = test.queries.shape[1]
    rows = table if table.shape[1] in (width, width + 1) else table.T
    if rows.shape[1] == width + 1:
        asked = np.column_stack([test.queries, test.answers])
    elif rows.shape[1] == width and set(np.unique(test.answers)) == {0, 1}:
        asked = test.queries[test.answers == 1]
    else:
        return False
    known = {tuple(row) for row in np.sort(rows, 1).tolist()}
    return sum(tuple(row) in known for row in np.sort(asked, 1).tolist()) > len(asked) / 2
