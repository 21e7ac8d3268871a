"""A list of edges, and a table of nodes beside it."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import numpy as np

from relxfer.authoring.tables import Table, read
from relxfer.errors import DataError
from relxfer_social.files.attributes import Roles
from relxfer_social.files.formats.node_table import joined, read_nodes
from relxfer_social.files.raw_network import RawNetwork

#: How people call the columns, lower case.
SOURCE = ("source", "from", "src", "u", "node1", "node_1", "start", "id_1")
TARGET = ("target", "to", "dst", "v", "node2", "node_2", "end", "dest", "destination", "id_2")


def read_edges(path: Path, nodes: Path | None, roles: Roles, node: str | None = None) -> RawNetwork:
    """A list of edges in the columns `source` and `target`, or the first two; and the attributes of nodes, by name.

    Without a table, the nodes are those of the edges.

    node  the column of the table with the names of nodes; None: the one with most names of the edges

    Raises:
        DataError: a table cannot be read, or the two do not match; the message names file and line.
    """
    edges = read(path, "edges", loose=True)
    if len(edges.rows[0]) < 2:
        raise DataError(f"{edges.where(0)}: expected two columns, source and target, got one; separate them by tabs")
    ends = {row[place] for row in edges.rows for place in _usual(edges) or (0, 1)}
    table = None if nodes is None else read_nodes(nodes, node, ends)
    first, columns = _layout(edges, None if table is None else set(table.names))
    links = _links(edges, first, columns)
    if table is None:
        return links

    def where(name: str) -> str:
        return next(edges.where(place) for place, row in enumerate(edges.rows) if place >= first and name in row)

    return joined(links, table, roles, where)


def _links(edges: Table, first: int, columns: tuple[int, int]) -> RawNetwork:
    numbers: dict[str, int] = {}
    rows = np.empty((2, len(edges.rows) - first), np.int64)
    for place, row in enumerate(edges.rows[first:]):
        for end, column in enumerate(columns):
            if not row[column]:
                raise DataError(
                    f"{edges.where(first + place)}: expected two nodes, got an empty cell; fill it in, or delete the row"
                )
            rows[end, place] = numbers.setdefault(row[column], len(numbers))
    return RawNetwork(list(numbers), rows, notes=tuple(_notes(edges, columns) if first else []))


def _usual(edges: Table) -> tuple[int, int] | None:
    """The places of source and target by the names of columns."""
    plain = [cell.lower() for cell in edges.rows[0]]
    source, target = (next((plain.index(name) for name in usual if name in plain), None) for usual in (SOURCE, TARGET))
    return None if source is None or target is None else (source, target)


def _layout(edges: Table, nodes: Container[str] | None) -> tuple[int, tuple[int, int]]:
    """How many rows are a header, and the places of source and target."""
    if (named := _usual(edges)) is not None:
        return 1, named
    if edges.path.suffix.lower() == ".parquet":
        return 1, (0, 1)
    head = edges.rows[0][:2]
    if nodes is not None:
        return int(not any(cell in nodes for cell in head)), (0, 1)
    return int(_is_named(edges)), (0, 1)


def _is_named(edges: Table) -> bool:
    """Whether the first row is no edge by content: everywhere below are numbers, and in it are none."""
    below = edges.rows[1:]
    return bool(below) and not any(map(_is_number, edges.rows[0][:2])) and all(
        _is_number(cell) for row in below for cell in row[:2]
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _notes(edges: Table, columns: tuple[int, int]) -> list[str]:
    """Said of a first row that is a header."""
    head = edges.rows[0]
    others = [name for place, name in enumerate(head) if place not in columns]
    notes = [f"of the edges, not used: {', '.join(others)}"] if others else []
    if edges.path.suffix.lower() != ".parquet" and _usual(edges) is None:
        notes.append(
            f"the first row of edges, {head[0]!r} and {head[1]!r}, is taken for a header: no node is called so"
        )
    return notes
