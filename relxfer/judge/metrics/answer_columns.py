"""Answers in columns of text, as readers of users' files find them: numbers, and any number of labels.

A missing value is missing: an empty cell, or `nan`, `NA`, `None`, `?` and the like. A query with one has no answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relxfer.authoring.ordering import natural
from relxfer.data.tables.kinds import is_missing
from relxfer.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    from relxfer.contract.tasks import Task

#: Name -> the cells of each column.
Cells = Mapping[str, Sequence[str]]
#: What separates several labels in one cell; alone in a cell, it says that there is none.
SEPARATORS = "|;"
_ON, _OFF = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")


@dataclass(frozen=True)
class Answers:
    """The answers in some columns.

    names   of the answers, as a task has them
    values  [n, C] float numbers, or int 0 and 1; 0 where they are missing
    known   [n] bool: whether a row has all of its answers
    """

    names: tuple[str, ...]
    values: np.ndarray
    known: np.ndarray

    def sentence(self, kind: str) -> str:
        """How many there are, for the report."""
        without = int((~self.known).sum())
        return f"{kind} of {', '.join(self.names[:10])}{' ...' * (len(self.names) > 10)}" + (
            f"; {without:,} of {len(self.known):,} have no answer, since a value is missing" if without else ""
        )


def kind_of(cells: Cells) -> str:
    """The kind of task that columns ask for where nobody names one.

    Several columns are labels where all values are 0 or 1, else numbers. One column holds numbers where some of them is
    no whole number; else classes, since whole numbers are usually names.

    Raises:
        DataError: several columns hold other texts.

    >>> kind_of({"price": ["1.5", "2"]}), kind_of({"kind": ["1", "2"]}), kind_of({"a": ["0"], "b": ["1"]})
    ('regression', 'classification', 'multi-label')
    """
    if len(cells) == 1:
        return "regression" if _decimal(next(iter(cells.values()))) else "classification"
    if all(_switches(column) for column in cells.values()):
        return "multi-label"
    if all(_numeric(column) for column in cells.values()):
        return "regression"
    text = next(name for name, column in cells.items() if not _numeric(column))
    raise DataError(f"expected several columns of numbers, or of 0 and 1, got texts in {text!r}; name one column")


def asked(kind: str, cells: Cells, where: Callable[[int], str]) -> tuple[Task, Answers]:
    """The task "regression" or "multi-label" over columns, and its answers, see `numbers` and `labels`.

    >>> task, found = asked("multi-label", {"tags": ["red|round", ";"]}, str)
    >>> task.kind, task.answers, found.values.tolist()
    ('multi-label', ('red', 'round'), [[1, 1], [0, 0]])
    """
    from relxfer.judge.metrics.multi_label import MultiLabel
    from relxfer.judge.metrics.regression import Regression

    if kind == "regression":
        found = numbers(cells, where)
        return Regression(found.names), found
    found = labels(cells, where)
    return MultiLabel(found.names), found


def cell(value: float) -> str:
    """A number of an array as a cell: NaN is an empty one.

    >>> cell(2.0), cell(0.5), cell(float("nan"))
    ('2', '0.5', '')
    """
    if value != value:  # NaN: missing
        return ""
    return str(int(value)) if float(value).is_integer() else repr(value)


def numbers(cells: Cells, where: Callable[[int], str]) -> Answers:
    """A number for each column.

    where  row -> its place, for messages

    Raises:
        DataError: a cell is no finite number, or no row has all of them.

    >>> numbers({"a": ["1", ""], "b": ["2.5", "3"]}, str).values.tolist()
    [[1.0, 2.5], [0.0, 0.0]]
    """
    import numpy as np

    values, known = np.zeros((_rows(cells), len(cells))), np.ones(_rows(cells), bool)
    for place, (name, column) in enumerate(cells.items()):
        for row, cell in enumerate(column):
            number = _number(cell)
            if is_missing(cell):
                known[row] = False
            elif number is None or not math.isfinite(number):
                raise DataError(
                    f"{where(row)}: expected a finite number in {name!r}, got {cell!r}; correct it, leave the cell "
                    'empty if nobody knows it, or write task = "classification" for classes'
                )
            else:
                values[row, place] = number
    return _answered(tuple(cells), values, known, "numbers")


def labels(cells: Cells, where: Callable[[int], str]) -> Answers:
    """Labels, each present or not: of several columns with 0 and 1, or of one with labels separated by | or ;.

    Raises:
        DataError: a cell is neither, or no row has labels.

    >>> found = labels({"tags": ["red|round", ";", "", "red"]}, str)
    >>> found.names, found.values.tolist(), found.known.tolist()
    (('red', 'round'), [[1, 1], [0, 0], [0, 0], [1, 0]], [True, True, False, True])
    """
    return _switched(cells, where) if len(cells) > 1 or _switches(*cells.values()) else _separated(cells)


def _switched(cells: Cells, where: Callable[[int], str]) -> Answers:
    import numpy as np

    values, known = np.zeros((_rows(cells), len(cells)), np.int64), np.ones(_rows(cells), bool)
    for place, (name, column) in enumerate(cells.items()):
        for row, cell in enumerate(column):
            if is_missing(cell):
                known[row] = False
            elif cell.lower() not in (*_ON, *_OFF):
                raise DataError(
                    f"{where(row)}: expected 0 or 1 in {name!r}, got {cell!r}; correct it, or leave the cell empty if "
                    "nobody knows it"
                )
            else:
                values[row, place] = cell.lower() in _ON
    return _answered(tuple(cells), values, known, "labels")


def _separated(cells: Cells) -> Answers:
    import numpy as np

    (column,) = cells.values()
    found = [_parts(cell) for cell in column]
    names = tuple(sorted({label for parts in found for label in parts}, key=natural))
    places = {name: place for place, name in enumerate(names)}
    values = np.zeros((len(column), len(names)), np.int64)
    for row, parts in enumerate(found):
        values[row, [places[label] for label in parts]] = 1
    return _answered(names, values, np.array([not is_missing(cell) for cell in column], bool), "labels")


def separated(column: Sequence[str]) -> str:
    """The separator with which some cell holds several labels; empty where none does.

    >>> separated(["a", "a;b"]), separated(["a", "b"])
    (';', '')
    """
    for mark in SEPARATORS:
        if any(len(list(filter(None, map(str.strip, cell.split(mark))))) > 1 for cell in column):
            return mark
    return ""


@dataclass(frozen=True)
class Guess:
    """What columns seem to ask for, for `relxfer init`.

    task    the kind of task
    label   the columns with the answers
    reason  why it is taken for that
    found   whether the reader takes this column for classes by itself
    """

    task: str
    label: tuple[str, ...]
    reason: str
    found: bool = False

    def table(self) -> dict[str, object]:
        """The options of a reader that say so; none for what it takes by itself."""
        if self.found and self.task == "classification":
            return {}
        return {"task": self.task, "label": self.label[0] if len(self.label) == 1 else list(self.label)}

    def sentence(self) -> str:
        """What was taken, why, and how to change it."""
        shown = ", ".join(self.label[:8]) + " ..." * (len(self.label) > 8)
        others = " or ".join(
            f'"{kind}"' for kind in ("classification", "regression", "multi-label") if kind != self.task
        )
        return (
            f"taken for {self.task} of {shown}: {self.reason}; if that is wrong, write task = {others}, or other "
            "columns as label, in the dataset of [target]"
        )


def guess(cells: Cells, usual: Sequence[str], found: Sequence[str]) -> Guess | None:
    """What columns seem to ask for: of the first with a usual name, else of those that hold 0 and 1, or decimals.

    None where they ask for nothing, or where nothing is to be said: the reader finds the column, and its cells are
    names.

    usual  names of columns with answers, the most telling first
    found  those of them that the reader takes for classes by itself

    >>> guess({"label": ["a|b", "c"]}, ("label",), ()).task, guess({"a": ["0", "1"], "b": ["1", "0"]}, (), ()).task
    ('multi-label', 'multi-label')
    >>> guess({"target": ["round", "square"]}, ("label", "target"), ("label",)).table()
    {'task': 'classification', 'label': 'target'}
    >>> guess({"label": ["round", "square"]}, ("label", "target"), ("label",))
    >>> guess({"kind": ["round", "square"]}, ("label",), ())
    """
    name = next((name for name in usual if name in cells), None)
    if name is not None:
        made = _guess_of(name, cells[name], name in found)
        return made if made.task != "classification" or not made.found or _numeric(cells[name]) else None
    on, decimal = _switches_in(cells), tuple(name for name, column in cells.items() if _decimal(column))
    if len(on) > 1:
        return Guess("multi-label", on, f"{len(on)} columns hold 0 and 1 alone")
    return Guess("regression", decimal, "numbers, not all of which are whole") if decimal else None


def _guess_of(name: str, column: Sequence[str], found: bool) -> Guess:
    if mark := separated(column):
        return Guess("multi-label", (name,), f"some cells hold several labels, separated by {mark}")
    if _decimal(column):
        return Guess("regression", (name,), "numbers, not all of which are whole")
    whole = "whole numbers are usually names of classes" if _numeric(column) else "its cells are names"
    return Guess("classification", (name,), whole, found)


def _switches_in(cells: Cells) -> tuple[str, ...]:
    """The columns in which all values are 0 or 1."""
    return tuple(name for name, column in cells.items() if _switches(column))


def _answered(names: tuple[str, ...], values: np.ndarray, known: np.ndarray, what: str) -> Answers:
    if not known.any() or not names:
        raise DataError(f"expected {what} in {', '.join(names) or 'a column'}, got none; fill some in")
    values[~known] = 0
    return Answers(names, values, known)


def _rows(cells: Cells) -> int:
    return len(next(iter(cells.values()), ()))


def _parts(cell: str) -> list[str]:
    return [] if is_missing(cell) else [part.strip() for part in re.split(f"[{SEPARATORS}]", cell) if part.strip()]


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _given(column: Sequence[str]) -> list[str]:
    return [cell for cell in column if not is_missing(cell)]


def _numeric(column: Sequence[str]) -> bool:
    given = _given(column)
    return bool(given) and all(_number(cell) is not None for cell in given)


def _decimal(column: Sequence[str]) -> bool:
    """Numbers, of which some finite one is not whole."""
    found = [float(cell) for cell in _given(column)] if _numeric(column) else []
    return any(math.isfinite(number) and not number.is_integer() for number in found)


def _switches(column: Sequence[str]) -> bool:
    given = {cell.lower() for cell in _given(column)}
    return bool(given) and given <= {*_ON, *_OFF}
