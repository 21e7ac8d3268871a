"""Names that look alike on a screen, or differ by white space, case or the way that a number is written."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

from relxfer.data.tables.kinds import is_number


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _number(name: str) -> str:
    """A number without what does not change it: 007, 7 and 7.0 are one."""
    if not is_number(name):
        return name
    whole, _, rest = name.replace(",", ".").partition(".")
    sign, digits = (whole[0] if whole[0] in "+-" else ""), whole.lstrip("+-").lstrip("0") or "0"
    rest = rest.rstrip("0") if rest.isdigit() else rest
    return f"{sign.strip('+')}{digits}{'.' + rest if rest else ''}"


def _loose(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


#: In which respect names differ, and what makes them equal then.
KINDS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("Unicode form (NFC and NFD)", _composed),
    ("the way in which a number is written", _number),
    ("case or white space", _loose),
)


def notes(names: Iterable[str], what: str) -> list[str]:
    r"""Sentences on names that look alike, with an example each; a difference in case alone is usual, and left out.

    what  what they name, such as "entities"

    >>> notes(["Caf\u00e9", "Cafe\u0301", "7", "7.0", "ANN", "ann"], "entities")[0]
    "2 names of entities look alike and differ in Unicode form (NFC and NFD): 'Caf\\xe9' and 'Cafe\\u0301'"
    """
    listed, told = list(names), []
    for kind, key in KINDS[:2]:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for name in listed:
            if not name.isascii() or kind != KINDS[0][0]:
                groups[key(name)].append(name)
        alike = [group for group in groups.values() if len(group) > 1]
        if alike:
            pair = " and ".join(ascii(name[:60]) for name in alike[0][:2])
            told.append(f"{sum(map(len, alike)):,} names of {what} look alike and differ in {kind}: {pair}")
    return told


def found(name: str, names: Iterable[str]) -> str | None:
    r"""A known name that looks like one that is not known, and in which respect they differ, for a message.

    >>> found("Cafe\u0301", ["Caf\u00e9", "bar"])
    "it looks like 'Caf\\xe9', but was written 'Cafe\\u0301': they differ in Unicode form (NFC and NFD)"
    """
    listed = list(names)
    for kind, key in KINDS:
        wanted = key(name)
        alike = next((other for other in listed if key(other) == wanted), None)
        if alike is not None:
            return f"it looks like {alike!a}, but was written {name!a}: they differ in {kind}"
    return None
