"""Which columns of a table are head, relation and tail: by headings, or by the names that they share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from relxfer.data.tables.column import Column
from relxfer.data.tables.kinds import is_number, numeric
from relxfer.data.tables.roles import Role, plain
from relxfer.data.tables.split_words import splits_said
from relxfer.data.tables.table import Table
from relxfer.errors import NotMine

ROLES = (
    Role.of("head", "head heads h subject subjects subj s source src from start headentity entity1 e1 node1 xname "
            "fromnode fromnodeid sourceid startid headid subjectid"),
    Role.of("relation", "relation relations rel r predicate predicates pred p property edge edgetype relationtype "
            "reltype relationship interaction verb type link label relationid"),
    Role.of("tail", "tail tails t object objects obj o target tgt dst dest destination to end tailentity entity2 e2 "
            "node2 yname tonode tonodeid targetid endid tailid objectid"),
)  # fmt: skip
#: Names of the parts of a split.
#: From how many rows on a usual order of columns is doubted, and by how much one must be better.
_ROWS, _BETTER, _DISJOINT, _FEWER = 10, 0.3, 0.02, 5
#: Head and tail share at least this share of names, where they are looked for among many columns.
_ALIKE = 0.1
#: Endings of the names of pictures.
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")


def by_content(table: Table) -> tuple[Mapping[str, int], Sequence[str]] | None:
    """The columns of head, relation and tail by their names, and the evidence; None for the first three in this order.

    Head and tail share names, a relation shares none with them and has few.

    Raises:
        NotMine: no column can be a relation: a list of edges with weights, a matrix, or a list of pictures.

    >>> links = [(f"p{i}", f"p{(i * k + 1) % 12}", verb) for i in range(12) for k, verb in ((1, "knows"), (5, "likes"))]
    >>> names = dict(zip("abc", zip(*links)))
    >>> by_content(Table.of("links.tsv", names))[0]
    {'head': 0, 'relation': 2, 'tail': 1}
    """
    _refuse_others(table)
    chosen = _candidates(table)
    if len(chosen) < 3:
        return None
    columns = [table.columns[i] for i in chosen]
    relation, why = _relation(columns)
    if relation is None or len(table) < _ROWS:
        relation, why = 1, ""
    head, tail = (i for i in range(3) if i != relation)
    found = {"head": chosen[head], "relation": chosen[relation], "tail": chosen[tail]}
    if found == {"head": 0, "relation": 1, "tail": 2}:
        return None
    names = " and ".join(table.called(chosen[i]) for i in (head, tail))
    told = f"the relation is {table.called(chosen[relation])} of {table.place}, not column 2: {why}" if why else (
        f"head, relation and tail are {', '.join(table.called(i) for i in chosen)} of {table.place}, which hold names"
    )  # fmt: skip
    return found, [told.format(names=names)]


def split_column(table: Table, used: Sequence[int]) -> int | None:
    """The place of a column that says of every row which split it is in, with both train and test among them."""
    places = (place for place in range(table.width) if place not in used)
    return next((place for place in places if {"train", "test"} <= splits_said(table.columns[place].values)), None)


def _refuse_others(table: Table) -> None:
    place = table.place
    pictures = next((i for i, column in enumerate(table.columns) if _lists_pictures(column)), None)
    if pictures is not None:
        raise NotMine(f"{place}: expected facts, got a list of pictures in {table.called(pictures)}; use image-files")
    if table.width == 2:
        raise NotMine(f"{place}: expected head, relation and tail, got two columns: {_AS_NETWORK}")
    numbers = sum(map(numeric, table.columns))
    if table.width > 3 and numbers >= table.width - 1 and len(table) in (table.width, table.width - 1):
        raise NotMine(f"{place}: expected facts, got a square of numbers, as an adjacency matrix; use network-files")
    measured = any(numeric(column) and _fractions(column) for column in table.columns[:2]) and numbers >= 3
    if measured or (table.width > 8 and numbers >= table.width - 2):
        raise NotMine(f"{place}: expected facts, got {numbers} columns of numbers, as features")
    weights = _weights(table)
    if weights is not None:
        raise NotMine(
            f"{place}: expected head, relation and tail, got two columns of names and numbers in "
            f"{table.called(weights)} (weights, scores or time stamps, such as {table.columns[weights][0]}), and no "
            f"relation: {_AS_NETWORK}"
        )


_AS_NETWORK = (
    "a list of edges. Read it as a network (relxfer init FILE --reader network-files), or as facts of one relation: "
    'columns = [0, 1] and relation = "linked_to" (relxfer init FILE --reader kg-files --columns 0,1)'
)


def _lists_pictures(column: Column) -> bool:
    values = column.values[:1000]
    return bool(values) and 10 * sum(value.lower().endswith(PICTURES) for value in values) >= 9 * len(values)


def _weights(table: Table) -> int | None:
    """The third column, where it holds numbers beside two that share names and no other column can be a relation."""
    few = len(table) < _ROWS and not _fractions(table.columns[2]) if table.width > 2 else True
    if few or not numeric(table.columns[2], 1.0):
        return None
    names = [i for i, column in enumerate(table.columns) if not numeric(column) and split_column(table, ()) != i]
    if len(names) > 2:
        return None
    head, tail, weight = table.columns[:3]
    if not numeric(head) and not numeric(tail):
        alike = _shared(head, tail) >= 0.1 or (len(tail.values) * _FEWER > len(head.values) and len(tail.values) > 50)
        return 2 if alike else None
    if numeric(head) and numeric(tail):
        return 2 if _fractions(weight) or (len(weight.values) > 3 and _shared(weight, head) < 0.1) else None
    return None


def _fractions(column: Column) -> bool:
    return any(is_number(value) and not value.lstrip("+-").isdigit() for value in column.values)


def _candidates(table: Table) -> list[int]:
    """The first three columns that may hold names of facts: numbers are passed over where enough others are there."""
    left = [i for i in range(table.width) if i != split_column(table, ())]
    headings = [plain(name) for name in table.names or [""] * table.width]
    texts = [i for i in left if not numeric(table.columns[i]) and headings[i] not in ("id", "index")]
    if len(texts) >= 3 and len(left) > 3:
        left = texts
    if len(left) > 3 and len(table) > 3:  # what numbers the rows
        several = [i for i in left if len(table.columns[i].values) < len(table)]
        left = several if len(several) >= 3 else left
    return _best_three(table, left) if len(left) > 3 else left


def _best_three(table: Table, left: Sequence[int]) -> list[int]:
    """Of more than three columns, the two that share most names, and the first of the others that has several."""

    def weight(pair: tuple[int, int]) -> float:
        one, other = (table.columns[i] for i in pair)
        return _shared(one, other) * math.log1p(min(len(one.values), len(other.values)))

    ends = max(combinations(left, 2), key=weight)
    others = [i for i in left if i not in ends and len(table.columns[i].values) > 1]
    alone = [i for i in others if all(_shared(table.columns[i], table.columns[end]) <= _DISJOINT for end in ends)]
    if _shared(*(table.columns[i] for i in ends)) < _ALIKE or not alone:
        return list(left[:3])
    return sorted([*ends, alone[0]])


def _shared(one: Column, other: Column) -> float:
    """Names that two columns share, as a share of the one with fewer."""
    smaller = min(len(one.values), len(other.values))
    return len(one.distinct & other.distinct) / smaller if smaller else 0.0


def _relation(columns: Sequence[Column]) -> tuple[int | None, str]:
    """The place of the relation among three columns where it is another than the second, and why."""
    sizes = [len(column.values) for column in columns]
    shared = {pair: _shared(columns[pair[0]], columns[pair[1]]) for pair in combinations(range(3), 2)}
    points = [_alone(shared, k) for k in range(3)]
    for k in (2, 0):
        i, j = (place for place in range(3) if place != k)
        few = f"it has {_count(sizes[k])}"
        fewer = sizes[k] * _FEWER <= min(sizes[i], sizes[j]) and sizes[1] * _FEWER > sizes[2 - k]
        if all(map(numeric, columns)):
            if fewer:
                doubt = "; if these are weights, it is a network: --reader network-files"
                return k, f"{few}, the others, {{names}}, have {sizes[i]:,} and {sizes[j]:,}{doubt}"
        elif points[k] >= points[1] + _BETTER and sizes[k] <= sizes[1] and sizes[k] < min(sizes[i], sizes[j]):
            return k, f"{few}, none of which is in the others, while {{names}} share {shared[i, j]:.0%} of theirs"
        elif max(shared.values()) <= _DISJOINT and fewer:
            return k, f"{few}, the others, {{names}}, have {sizes[i]:,} and {sizes[j]:,}, and no two share any"
    return None, ""


def _alone(shared: Mapping[tuple[int, int], float], k: int) -> float:
    """How much the other two columns share, less what they share with column k."""
    return sum(share * (-1 if k in pair else 1) for pair, share in shared.items())


def _count(number: int) -> str:
    return f"{number:,} name{'s' * (number != 1)}"
