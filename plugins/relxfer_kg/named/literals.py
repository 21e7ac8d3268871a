"""Literals among the entities: numbers, dates and texts, of which no fact says anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from relxfer.data.tables.kinds import is_date, is_number
from relxfer_kg.named.facts import Facts

#: An RDF literal, such as "5"^^<http://www.w3.org/2001/XMLSchema#int> or "Rom"@de.
_RDF = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^\S+)?', re.DOTALL)
#: Texts are longer than this, and have at least so many words.
_LONG, _WORDS = 120, 8
#: Where more of the heads look like literals than this share, they are identifiers.
_IDENTIFIERS = 0.05


def kind_of(name: str) -> str | None:
    """What kind of literal a name looks like: "number", "date", "text"; None for a name.

    >>> [kind_of(name) for name in ("5", "2020-01-31", '"Rom"@de', "Rome", "x" * 200)]
    ['number', 'date', 'text', None, 'text']
    """
    if name.startswith('"') and _RDF.fullmatch(name):
        return "text"
    if is_number(name):
        return "number"
    if is_date(name):
        return "date"
    return "text" if len(name) > _LONG or name.count(" ") >= _WORDS else None


def among(heads: Iterable[str], tails: Iterable[str]) -> list[str]:
    """The literals among different tails, in their order: those that look like one and are no head.

    Where heads look so too, such names are identifiers; quoted ones never are.

    >>> among(["ann", "bob"], ["bob", "31", '"m"@en'])
    ['31', '"m"@en']
    >>> among(["1", "2"], ["2", "31"])
    []
    """
    known = set(heads)
    kinds = [kind_of(name) for name in known]
    identifiers = {kind for kind in ("number", "date") if kinds.count(kind) > _IDENTIFIERS * len(kinds)}
    found = []
    for name in tails:
        kind = kind_of(name)
        if kind and kind not in identifiers and (name not in known or name.startswith('"')):
            found.append(name)
    return found


def dropped(facts: Facts) -> Facts:
    """The facts without those whose tail is a literal, and a note on how many these are."""
    literals = set(among(facts.head.values, facts.tail.values))
    if not literals:
        return facts
    kept = ~np.array([value in literals for value in facts.tail.values])[facts.tail.codes]
    count = len(facts) - int(kept.sum())
    return facts.rows(kept).noted(f'{count:,} facts about literals left out (literals = "drop"): {shown(literals)}')


def shown(literals: Iterable[str]) -> str:
    """A few examples, cut where they are long."""
    few: Sequence[str] = sorted(literals)[:3]
    return ", ".join(name if len(name) <= 60 else f"{name[:57]}..." for name in few)
