"""For domains: numbers of the names in a question, and what is wrong with names that are not there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from relxfer.errors import BadQuestions

#: How many unknown names get a suggestion: looking for one reads every name.
_SUGGESTED = 10
#: No suggestion is looked for in longer names.
_LONGEST = 200


class Lookup:
    """Numbers of names.

    names  a number for each
    what   they are, such as `"entity"`

    >>> lookup = Lookup({"Rome": 0, "Oslo": 1}, "city")
    >>> problems = {}
    >>> lookup.of(["Oslo", "Osslo"], problems).tolist(), problems
    ([1, -1], {1: "no city is called 'Osslo'; did you mean 'Oslo'?"})
    """

    def __init__(self, names: Mapping[str, int], what: str):
        self.names, self.what = names, what
        self._left = _SUGGESTED

    def of(self, asked: Iterable[str], problems: dict[int, str]) -> np.ndarray:
        """[n] int64: the number of each name, -1 where there is none; `problems` gets a sentence for that row."""
        found = []
        for row, name in enumerate(asked):
            number = self.names.get(name, -1)
            found.append(number)
            if number < 0:
                problems.setdefault(row, self.problem(name))
        return np.array(found, np.int64)

    def problem(self, name: str) -> str:
        """What is wrong with a name, with the name that may be meant."""
        if (alike := self._normal.get(unicodedata.normalize("NFC", name))) is not None:
            return (
                f"no {self.what} is called {name!a}, but {alike!a}, which looks the same and "
                f"is another Unicode form ({_form(name)}, in the data {_form(alike)}); write it as in the data"
            )
        return f"no {self.what} is called {name!r}; {self._near(name)}"

    def _near(self, name: str) -> str:
        self._left -= 1
        near = get_close_matches(name[:_LONGEST], self._short, n=1) if self._left >= 0 else []
        return f"did you mean {near[0]!r}?" if near else "check the spelling against your data"

    @cached_property
    def _short(self) -> list[str]:
        return [name for name in self.names if len(name) <= _LONGEST]

    @cached_property
    def _normal(self) -> dict[str, str]:
        return {unicodedata.normalize("NFC", name): name for name in self.names if not name.isascii()}


def _form(name: str) -> str:
    """The Unicode form of a name."""
    return next((form for form in ("NFC", "NFD") if unicodedata.is_normalized(form, name)), "mixed")


def refuse(problems: Mapping[int, str], question: Mapping[str, Sequence[str]]) -> None:
    """Raise `BadQuestions` where a row of a question has a problem, rows in order.

    >>> refuse({1: "no city is called 'Osslo'"}, {"city": ["Rome", "Osslo"]})
    Traceback (most recent call last):
    ...
    relxfer.errors.BadQuestions: row 2 of the question: no city is called 'Osslo'
    """
    if problems:
        rest = {name: [c for row, c in enumerate(cells) if row not in problems] for name, cells in question.items()}
        raise BadQuestions({row: problems[row] for row in sorted(problems)}, rest)
