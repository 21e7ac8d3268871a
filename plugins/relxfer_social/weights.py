"""Weights of edges, as files have them: which column, attribute or array they are, and what they may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from relxfer.data.tables.roles import by_heading
from relxfer.errors import DataError, did_you_mean
from relxfer_social.headings import WEIGHT

#: What the user asks for: a name, a position in a table, `NONE`, or nothing (None).
Asked = int | str | None
#: No weights, whatever the file has.
NONE = ""
#: The array with weights that were a matrix in a file.
VALUES = "values of the matrix"
#: What a weight is, and what to do about another, for messages.
EXPECTED = "expected a weight that is a finite number of at least 0"
ADVICE = 'correct it, or write weight = "" in the table of the data, so that each edge counts 1'


def named(names: Sequence[str], asked: Asked, what: str) -> str | None:
    """The name of the weights among those of what edges have; None where there are none.

    what  the file, for messages

    Raises:
        DataError: the name that is asked for is not there.

    >>> named(["kind", "Weight"], None, "a.gml"), named(["kind", "weight"], "", "a.gml")
    ('Weight', None)
    """
    if asked is None:
        usual = by_heading(names, [WEIGHT])
        return names[usual["weight"]] if usual else None
    if asked != NONE and asked not in names:
        told = did_you_mean(str(asked), list(names)) if names else "edges have nothing beside their ends"
        raise DataError(f"{what}: expected {asked!r} of the edges, the weight, got none: {told}")
    return None if asked == NONE else str(asked)


def nameless(asked: Asked, what: str) -> bool:
    """Whether weights are taken where a file has no name for them.

    Raises:
        DataError: a name is asked for.
    """
    if asked not in (None, NONE):
        raise DataError(
            f"{what}: expected no name of weights, for which such a file has no room, got weight = {asked!r}; leave it "
            'out, or write weight = "", so that each edge counts 1'
        )
    return asked is None


def number(value: Any) -> float:
    """What a value says, NaN where it is no number.

    >>> number("0.5"), number(True), number(None)
    (0.5, 1.0, nan)
    """
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def checked(values: Any, where: Callable[[int], str], shown: Sequence[Any] | None = None) -> np.ndarray:
    """[R] float32 from 0.

    where  the place of a value, for messages
    shown  what the file has in its place

    Raises:
        DataError: one is no finite number from 0.
    """
    made = usable(values)
    wrong = np.flatnonzero(np.isnan(made))
    if len(wrong):
        row = int(wrong[0])
        got = np.asarray(values)[row].item() if shown is None else shown[row]
        raise DataError(f"{where(row)}: {EXPECTED}, got {got!r}; {ADVICE}")
    return made


def usable(values: Any) -> np.ndarray:
    """As float32, NaN where one is no finite number from 0.

    >>> usable([2, -1, float("inf")]).tolist()
    [2.0, nan, nan]
    """
    with np.errstate(over="ignore"):  # which is NaN below
        made = np.asarray(values, np.float64).astype(np.float32)
    return np.where(np.isfinite(made) & (made >= 0), made, np.float32("nan"))
