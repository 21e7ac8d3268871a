"""What a kind of task says about its outcomes beyond its metrics: by class, and query by query.

numpy appears in annotations only, so that checking and listing do not import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Part:
    """Some of the queries of a test, such as those of a class, and how well they were answered.

    name      of the class, label, relation, or range of numbers
    n         number of its queries
    measures  name of a measure -> its value, such as precision; None where it has none (precision of a class that was
              never predicted). Every part of a breakdown has the same measures
    """

    name: str
    n: int
    measures: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Breakdown:
    """How outcomes differ between parts of a test.

    by         what parts are, in one or two words, such as "class"
    parts      in the order of the task
    confusion  [P, P] number of queries of each part (rows) that were given the answer of each part (columns); None
               where a query may have other answers, or several
    """

    by: str
    parts: tuple[Part, ...]
    confusion: np.ndarray | None = None


@dataclass(frozen=True)
class Answered:
    """How each of n queries was answered.

    loss       [n] float: how wrong it was, higher is worse; only the order matters
    wrong      [n] bool: whether it was wrong; None where answers are only more or less right, such as numbers
    predicted  [n] or [n, C], in the form of the answers of the task: what was predicted; None where that was not stored
    rank       [n] float: the rank of the right answer, in a ranking
    """

    loss: np.ndarray
    wrong: np.ndarray | None = None
    predicted: np.ndarray | None = None
    rank: np.ndarray | None = None
