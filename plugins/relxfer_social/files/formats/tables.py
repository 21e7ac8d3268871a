"""A list of edges in a table, and a table of nodes beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from relxfer.contract.query import Query, file_of
from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.column import Column
from relxfer.data.tables.decimals import pointed
from relxfer.data.tables.queried import queried
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Layout, by_heading, layout
from relxfer.data.tables.table import Table
from relxfer.store.endings import ending
from relxfer_social import weights
from relxfer_social.edge_kinds import hint
from relxfer_social.files.attributes import Roles
from relxfer_social.files.formats import adjacency
from relxfer_social.files.formats.node_table import NodeTable, joined, read_nodes
from relxfer_social.files.raw_network import RawNetwork
from relxfer_social.headings import ENDS, KIND, WEIGHT


@dataclass(frozen=True)
class Asked:
    """How tables are read, where the user says so.

    columns   source and target, by position from 0 or by name; None: as found
    header    whether the first row names the columns; None: by content
    node      the column of the table of nodes with their names; None: as found
    weight    the column of edges with their weights, alike; None: as found
    skip_bad  leave out rows that cannot be used
    kind      the column of edges with their kinds; None: there is none
    """

    columns: tuple[int | str, int | str] | None = None
    header: bool | None = None
    node: str | None = None
    skip_bad: bool = False
    weight: weights.Asked = None
    kind: int | str | None = None


def read_list(edges: Path | Query, header: bool | None = None, bad: BadRowList | None = None) -> Table:
    """The table of edges in a file, or of a query.

    Raises:
        DataError: it cannot be read.
    """
    if isinstance(edges, Query):
        return queried(edges, "edges", [role.name for role in ENDS])
    return read(edges, Expected("edges", ENDS, header, (WEIGHT, "1")), bad)


def read_edges(edges: Path | Query, nodes: Path | Query | None, roles: Roles, asked: Asked = Asked()) -> RawNetwork:
    """A network of a list of edges, or of an adjacency matrix, and the attributes of nodes by name.

    Without a table of nodes, they are those of the edges.

    Raises:
        DataError: a table cannot be read, or the two do not match; the message names file and line.
    """
    bad = BadRowList("edges", asked.skip_bad)
    table = read_list(edges, asked.header, bad)
    matrix = None if asked.columns or asked.kind is not None else adjacency.of_table(table, asked.weight)
    if matrix is not None:
        links = matrix
        if nodes is None:
            return links
        return joined(links, read_nodes(nodes, asked.node, links.nodes), roles, _at(table), skip=asked.skip_bad)
    found = layout(table, ENDS, asked.columns)
    columns = found.positions["source"], found.positions["target"]
    beside = None if nodes is None else read_nodes(nodes, asked.node, _names(table, columns))
    if asked.header is None and beside is not None:
        table = _below_a_header(table, columns, beside)
    weight = _weight(table, columns, asked, ending(file_of(edges)))
    kind = None if asked.kind is None else layout(table, [KIND], [asked.kind]).positions["kind"]
    links = _links(table, columns, weight, kind, bad)
    links = replace(links, notes=(*table.notes, *_told(table, found, weight, kind), *bad.settle()))
    return links if beside is None else joined(links, beside, roles, _at(table, columns), skip=asked.skip_bad)


def _names(table: Table, columns: tuple[int, int]) -> set[str]:
    return {name for column in columns for name in table.columns[column].distinct}


def _below_a_header(table: Table, columns: tuple[int, int], nodes: NodeTable) -> Table:
    """Without a first row of which no cell is a node."""
    known = set(nodes.names)
    first = table.row(0) if len(table) > 1 and table.names is None else []
    if not first or any(first[column] in known for column in columns) or not known & _names(table, columns):
        return table
    told = (
        f"the first row of edges, {first[columns[0]]!r} and {first[columns[1]]!r}, is taken for a header: no node is "
    )
    below = tuple(column.below() for column in table.columns)
    return replace(table, columns=below, names=tuple(first), lines=table.lines[1:]).noted(told)


def _weight(table: Table, columns: tuple[int, int], asked: Asked, kind: str) -> int | None:
    """The column with the weights: as asked, by its heading or braces, or in a list as networkx writes them, the
    third."""
    if asked.weight == weights.NONE:
        return None
    if asked.weight is not None:
        return layout(table, [WEIGHT], [asked.weight]).positions["weight"]
    if table.last == WEIGHT.name:
        return table.width - 1
    if table.names is not None:
        return by_heading(table.names, [WEIGHT]).get("weight")
    third = table.width == 3 and columns == (0, 1) and kind == ".edgelist"
    return 2 if third and not np.isnan(_numbers(table.columns[2])).any() else None


def _told(table: Table, found: Layout, weight: int | None, kind: int | None) -> tuple[str, ...]:
    """What to tell of the columns."""
    unused = tuple(place for place in found.unused if place not in (weight, kind))
    told = (f"weights of edges: {table.called(weight)} of {table.place}",) if weight is not None else ()
    left = {table.names[place]: table.columns[place].distinct for place in unused} if table.names is not None else {}
    return (*replace(found, unused=unused).note(table), *told, *hint(list(left), left))


def _numbers(column: Column) -> np.ndarray:
    """[n] float32 from 0, NaN in cells that are no weights."""
    values = (pointed(column) or column).values
    return weights.usable([weights.number(value) for value in values])[column.codes]


def _links(table: Table, columns: tuple[int, int], weight: int | None, kind: int | None, bad: BadRowList) -> RawNetwork:
    source, target = (table.columns[column] for column in columns)
    empty = np.zeros(len(table), bool)
    for column in (source, target):
        empty |= np.array([not value for value in column.values], bool)[column.codes]
    for row in np.flatnonzero(empty).tolist():
        bad.add(table.place, int(table.lines[row]), "expected two nodes, got an empty cell")
    if kind is not None:
        lacking = (
            ~empty & np.array([not value for value in table.columns[kind].values], bool)[table.columns[kind].codes]
        )
        for row in np.flatnonzero(lacking).tolist():
            bad.add(table.place, int(table.lines[row]), f"expected a kind of edge in {table.called(kind)}, got nothing")
        empty |= lacking
    counts = None if weight is None else _numbers(table.columns[weight])
    if counts is not None and weight is not None:
        wrong = ~empty & np.isnan(counts)
        for row in np.flatnonzero(wrong).tolist():
            got = f"got {table.columns[weight][row]!r} in {table.called(weight)}"
            bad.add(table.place, int(table.lines[row]), f'{weights.EXPECTED}, {got}; weight = "" leaves weights out')
        empty |= wrong
        counts = counts[~empty]
    table = table.without(empty)
    source, target = (table.columns[column] for column in columns)
    numbers: dict[str, int] = {}
    places = [
        np.array([numbers.setdefault(value, len(numbers)) for value in column.values], np.int64)
        for column in (source, target)
    ]
    rows = np.stack([places[0][source.codes], places[1][target.codes]]) if len(table) else np.zeros((2, 0), np.int64)
    kinds = () if kind is None else list(table.columns[kind])
    return RawNetwork(list(numbers), rows, weights=counts, kinds=kinds)


def _at(table: Table, columns: Sequence[int] = ()) -> Callable[[str], str]:
    """The place of a name in a table."""

    def where(name: str) -> str:
        cells = [list(table.columns[column]) for column in columns]
        rows = [column.index(name) for column in cells if name in column]
        return table.where(min(rows)) if rows else table.place

    return where
