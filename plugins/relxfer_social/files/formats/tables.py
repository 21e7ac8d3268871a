"""A list of edges, and a table of nodes beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from relxfer.authoring.tables import Table, read
from relxfer.errors import DataError
from relxfer_social.files.attributes import attributes_of
from relxfer_social.files.raw_network import RawNetwork

#: How people call the columns, lower case.
SOURCE = ("source", "from", "src", "u", "node1", "node_1", "start")
TARGET = ("target", "to", "dst", "v", "node2", "node_2", "end", "dest", "destination")
NODE = ("node", "id", "node_id", "name")


def read_edges(path: Path, nodes: Path | None, label: Sequence[str], features: Sequence[str] | None) -> RawNetwork:
    """A list of edges in the columns `source` and `target`, or the first two; and the attributes of nodes, by name.

    Without a table, the nodes are those of the edges.

    Raises:
        DataError: a table cannot be read, or the two do not match; the message names file and line.
    """
    table = None if nodes is None else _nodes(nodes)
    edges = read(path, "edges", loose=True)
    if len(edges.rows[0]) < 2:
        raise DataError(f"{edges.where(0)}: expected two columns, source and target, got one; separate them by tabs")
    first, columns = _layout(edges, None if table is None else table.numbers)
    pairs = [(row[columns[0]], row[columns[1]]) for row in edges.rows[first:]]
    notes = _unused(edges, columns) if first else []
    if table is None:
        names = list(dict.fromkeys(name for pair in pairs for name in pair))
        numbers = {name: number for number, name in enumerate(names)}
    else:
        names, numbers = list(table.numbers), table.numbers
    rows = np.empty((2, len(pairs)), np.int64)
    for place, pair in enumerate(pairs):
        for end, name in enumerate(pair):
            if name not in numbers or not name:
                raise _stranger(edges, first + place, name, nodes)
            rows[end, place] = numbers[name]
    if table is None:
        return RawNetwork(names, rows, notes=tuple(notes))
    of_nodes = attributes_of(table.cells, label, features, str(nodes), lambda row: table.table.where(row + 1))
    return RawNetwork(
        names, rows, None, of_nodes.labels, of_nodes.answers, of_nodes.splits, of_nodes.features,
        of_nodes.columns, (),
        (*notes, *of_nodes.notes),
    )  # fmt: skip


class _Nodes(NamedTuple):
    """A table of nodes, the number of each node by its name, and the cells of every other column."""

    table: Table
    numbers: dict[str, int]
    cells: Mapping[str, Sequence[str]]


def _nodes(path: Path) -> _Nodes:
    table = read(path, "nodes")
    cells = table.columns()
    column = next((name for wanted in NODE for name in cells if name.lower() == wanted), next(iter(cells)))
    names = cells.pop(column)
    numbers: dict[str, int] = {}
    for row, name in enumerate(names, 1):
        if not name:
            raise DataError(f"{table.where(row)}: expected a name in {column!r}, got an empty cell; fill it in")
        if name in numbers:
            first = table.where(numbers[name] + 1)
            raise DataError(f"{table.where(row)}: expected each node once, got {name!r} as in {first}; delete one")
        numbers[name] = row - 1
    if not names:
        raise DataError(f"{path}: expected nodes, got a header alone; add rows")
    return _Nodes(table, numbers, cells)


def _layout(edges: Table, nodes: Mapping[str, int] | None) -> tuple[int, tuple[int, int]]:
    """How many rows are a header, and the places of source and target."""
    plain = [cell.lower() for cell in edges.rows[0]]
    named = [next((plain.index(name) for name in usual if name in plain), None) for usual in (SOURCE, TARGET)]
    if named[0] is not None and named[1] is not None:
        return 1, (named[0], named[1])
    if edges.path.suffix.lower() == ".parquet":
        return 1, (0, 1)
    strangers = nodes is not None and not any(cell in nodes for cell in edges.rows[0][:2])
    return int(strangers), (0, 1)


def _unused(edges: Table, columns: tuple[int, int]) -> list[str]:
    """Said of a first row that is a header."""
    head = edges.rows[0]
    others = [name for place, name in enumerate(head) if place not in columns]
    notes = [f"of the edges, not used: {', '.join(others)}"] if others else []
    if edges.path.suffix.lower() != ".parquet" and not {name.lower() for name in head} & {*SOURCE, *TARGET}:
        notes.append(
            f"the first row of edges, {head[0]!r} and {head[1]!r}, is taken for a header: no node is called so"
        )
    return notes


def _stranger(edges: Table, row: int, name: str, nodes: Path | None) -> DataError:
    if not name:
        return DataError(f"{edges.where(row)}: expected two nodes, got an empty cell; fill it in, or delete the row")
    return DataError(
        f"{edges.where(row)}: expected nodes that are in {nodes}, got {name!r}; add it there, or delete the edge"
    )
