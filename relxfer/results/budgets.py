"""Label budgets in order."""

from __future__ import annotations

import math

from relxfer.results.records import Budget


def size(budget: Budget) -> float:
    """A number by which budgets are compared: "all" is more than any number.

    >>> sorted(["all", 100, 5], key=size)
    [5, 100, 'all']
    """
    return math.inf if budget == "all" else budget
