"""Attributes in braces at the end of rows, as networkx writes lists of edges."""

from __future__ import annotations

import re
from dataclasses import dataclass

from relxfer.data.tables.roles import Role, by_heading

_LINE = re.compile(r"^([^{\n]*[^{\s,;|])([ \t,;|]+)\{([^{}\n]*)\}[ \t\r]*$", re.MULTILINE)
_KEY = re.compile(r"""(?:^|,)\s*['"]([^'"]*)['"]\s*:""")
#: A value of numpy is written with its type, such as np.float64(0.5).
_VALUE = r"""(?:^|,)\s*['"]%s['"]\s*:\s*(?:np\.\w+\()?['"]?([^,'"()\s]*)"""


@dataclass(frozen=True)
class Unbraced:
    """A text without attributes in braces.

    text   of rows, whose last column has one of the attributes where `kept` names its role
    notes  sentences on the others, and on rows that lack this one
    """

    text: str
    notes: tuple[str, ...] = ()
    kept: str = ""


def without(text: str, kept: Role | None = None, default: str = "") -> Unbraced:
    r"""A text without them, and a sentence on what they hold; as it is, where most lines have none.

    They are text here: nothing in them is evaluated.

    kept     the attribute that becomes a last column, where every row has braces, and some have it in them
    default  its cell in rows that lack it

    >>> without("a b {'weight': 3}\nb c {}\n")
    Unbraced(text='a b\nb c\n', notes=('not used, in braces at the end of rows: weight',), kept='')
    >>> without("a b {'weight': 3}\nb c {'weight': 0.5}\n", Role.of("weight", "weight")).text
    'a b 3\nb c 0.5\n'
    """
    if "{" not in text:
        return Unbraced(text)
    found = _LINE.findall(text)
    rows = sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    if 2 * len(found) <= rows:
        return Unbraced(text)
    keys = list(dict.fromkeys(key for *_, held in found for key in _KEY.findall(held)))
    place = by_heading(keys, [kept]).get(kept.name) if kept and len(found) == rows else None
    key = None if place is None else keys.pop(place)
    notes = [f"not used, in braces at the end of rows: {', '.join(keys)}"] if keys else []
    if kept is None or key is None:
        return Unbraced(_LINE.sub(r"\1", text), tuple(notes))
    value = re.compile(_VALUE % re.escape(key))
    lacking = sum(value.search(held) is None for *_, held in found)
    notes += [f"{lacking:,} of {rows:,} rows have no {key} in their braces, which counts {default}"] if lacking else []

    def row(line: re.Match[str]) -> str:
        cell = value.search(line[3])
        return f"{line[1]}{line[2]}{default if cell is None else cell[1]}"

    return Unbraced(_LINE.sub(row, text), tuple(notes), kept.name)
