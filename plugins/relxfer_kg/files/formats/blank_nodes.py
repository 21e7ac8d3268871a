"""Names for blank nodes, which have none of their own that would last."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

#: The most times that names are refined. Nodes in chains that are longer may share one, and are numbered.
_ROUNDS = 50
Fact = tuple[str, str, str]


def named(blank: Iterable[str], facts: Iterable[Fact]) -> dict[str, str]:
    """Blank node -> `_:b` and a digest of what is said about it, in whatever order and under whatever label.

    Colour refinement (Weisfeiler and Leman 1968): the digest of a node is that of its facts, in which other blank nodes
    are their own digests, until no more of them differ. Nodes that cannot be told apart are numbered as they come.

    Args:
        blank: the blank nodes, in their order.
        facts: all facts that any of them is in.

    >>> one = named(["_:x", "_:y"], [("Rome", "at", "_:x"), ("_:x", "north", "_:y")])
    >>> other = named(["_:2", "_:1"], [("_:1", "north", "_:2"), ("Rome", "at", "_:1")])
    >>> one["_:x"] == other["_:1"] != one["_:y"] == other["_:2"]
    True
    """
    colours = dict.fromkeys(blank, "")
    about = _about(colours, facts)
    colours = {node: _digest("", about[node], colours) for node in colours}
    for _ in range(_ROUNDS):
        alike = Counter(colours.values())
        colours = {  # one that differs from all others stays as it is
            node: colour if alike[colour] == 1 else _digest(colour, about[node], colours)
            for node, colour in colours.items()
        }
        if len(set(colours.values())) == len(alike):
            break
    return _numbered(colours)


def _about(blank: Mapping[str, str], facts: Iterable[Fact]) -> dict[str, list[tuple[str, str, str]]]:
    """For each blank node: whether it is head or tail, the relation, and the other end."""
    about: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for head, relation, tail in facts:
        if head in blank:
            about[head].append((">", relation, tail))
        if tail in blank:
            about[tail].append(("<", relation, head))
    return about


def _digest(own: str, about: list[tuple[str, str, str]], colours: Mapping[str, str]) -> str:
    said = sorted((way, relation, other in colours, colours.get(other, other)) for way, relation, other in about)
    return hashlib.sha256(repr((own, said)).encode()).hexdigest()[:12]


def _numbered(colours: Mapping[str, str]) -> dict[str, str]:
    alike, seen = Counter(colours.values()), Counter[str]()
    names = {}
    for node, colour in colours.items():
        seen[colour] += 1
        names[node] = f"_:b{colour}" if alike[colour] == 1 else f"_:b{colour}-{seen[colour]}"
    return names
