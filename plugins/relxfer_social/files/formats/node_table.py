"""A table of nodes beside their links."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from relxfer.contract.query import Query
from relxfer.data.tables.decimals import with_points
from relxfer.data.tables.roles import by_heading
from relxfer.data.tables.table import Table
from relxfer.errors import DataError, did_you_mean
from relxfer_social.files.attributes import Roles, attributes_of
from relxfer_social.files.formats.node_header import read_headed
from relxfer_social.files.raw_network import RawNetwork
from relxfer_social.headings import NODE

_WHOLE = re.compile(r"(-?)0*(\d+)(?:\.0+)?")


@dataclass(frozen=True)
class NodeTable:
    """The names of nodes, and the cells of every other column; `column` holds the names."""

    table: Table
    column: str
    names: Sequence[str]
    cells: Mapping[str, Sequence[str]]
    notes: tuple[str, ...] = ()


def read_nodes(path: Path | Query, node: str | None, ends: Collection[str]) -> NodeTable:
    """The table in a file, or of a query.

    node  the column with the names; None: of those with a name of its own for every node, the one with most of `ends`
    ends  the names in the links

    Raises:
        DataError: it cannot be read, has no such column, or names a node twice or not at all.
    """
    table = read_headed(path, ends)
    columns, decimals = with_points(table.named(), table.place)
    cells: dict[str, Sequence[str]] = dict(columns)
    if not len(table):
        raise DataError(f"{table.place}: expected nodes, got a header alone; add rows")
    column, notes = (_named(node, cells, table), []) if node else _fitting(table, cells, ends)
    names = list(cells.pop(column))
    first: dict[str, int] = {}
    for row, name in enumerate(names):
        if not name:
            raise DataError(f"{table.where(row)}: expected a name in {column!r}, got an empty cell; fill it in")
        if name in first:
            again = table.where(first[name])
            raise DataError(f"{table.where(row)}: expected each node once, got {name!r} as in {again}; delete one")
        first[name] = row
    return NodeTable(table, column, names, cells, (*table.notes, *decimals, *notes))


def _named(node: str, cells: Mapping[str, Sequence[str]], table: Table) -> str:
    if node not in cells:
        told = did_you_mean(node, list(cells))
        raise DataError(f"{table.place}: expected a column {node!r} with nodes, got none: {told}")
    return node


def _fitting(table: Table, cells: Mapping[str, Sequence[str]], ends: Collection[str]) -> tuple[str, list[str]]:
    """The column with most ends of links, a usual one where several have as many; and how it was found."""
    first = list(cells)[by_heading(list(cells), [NODE]).get("node", 0)]
    wanted = {plain(end) for end in ends}
    shares = {
        name: sum(end in held for end in wanted)
        for name, column in cells.items()
        if len(held := {plain(cell) for cell in column}) == len(column) and "" not in held
    }
    best = max(shares, key=lambda name: (shares[name], name == first), default=first)
    if best == first or not shares[best]:
        return first, []
    told = f"nodes are called by {best!r}, in which {shares[best]:,} of {len(wanted):,} names of the edges are"
    return best, [f"{told}; --node or node names another column"]


def plain(name: str) -> str:
    """A whole number without its leading zeros and decimals, so that `1.0` and `01` meet `1`."""
    whole = _WHOLE.fullmatch(name)
    return name if whole is None else whole[1] + whole[2]


def joined(
    links: RawNetwork,
    nodes: NodeTable,
    roles: Roles,
    where: Callable[[str], str],
    numbered: bool = False,
    skip: bool = False,
) -> RawNetwork:
    """The network of links and a table of their nodes.

    where     the place of a name in the links
    numbered  whether the links have numbers only, which may mean the rows of the table
    skip      leave out links with nodes that the table lacks

    Raises:
        DataError: the links have nodes that the table lacks; an attribute cannot be used.
    """
    names, notes = list(nodes.names), [*links.notes, *nodes.notes]
    places = {name: place for place, name in enumerate(names)}
    lacking = [name for name in links.nodes if name not in places]
    if lacking:
        by_number = {plain(name): place for place, name in enumerate(names)}
        if len(by_number) == len(names) and all(plain(name) in by_number for name in lacking):
            notes.append(
                f"{len(lacking):,} names of the edges are written otherwise than in the table, as {lacking[0]!r}"
            )
            places |= {name: by_number[plain(name)] for name in lacking}
        elif numbered and len(names) == len(links.nodes):
            notes.append("the rows of the table are the nodes in their order, since the links have numbers only")
            places = {name: place for place, name in enumerate(links.nodes)}
        elif skip and len(lacking) < len(links.nodes):
            return joined(_without(links, set(lacking), nodes), nodes, roles, where)
        else:
            raise _unfit(links, nodes, lacking, where)
    order = np.array([places[name] for name in links.nodes], np.int64)
    of_nodes = attributes_of(nodes.cells, roles, nodes.table.place, nodes.table.where)
    rows = order[links.rows] if len(order) else links.rows
    return replace(links, nodes=names, rows=rows, notes=tuple(notes)).with_attributes(of_nodes)


def _without(links: RawNetwork, lacking: Collection[str], nodes: NodeTable) -> RawNetwork:
    """Without the links of these nodes."""
    kept = [name for name in links.nodes if name not in lacking]
    numbers = {name: number for number, name in enumerate(kept)}
    places = np.array([numbers.get(name, -1) for name in links.nodes], np.int64)
    rows = places[links.rows]
    both = (rows >= 0).all(0)
    told = f"{int((~both).sum()):,} edges of {len(lacking):,} nodes that {nodes.table.place} lacks are left out"
    return replace(links.with_rows(rows, both), nodes=kept, notes=(*links.notes, told))


def _unfit(links: RawNetwork, nodes: NodeTable, lacking: Sequence[str], where: Callable[[str], str]) -> DataError:
    share = len(lacking) / len(links.nodes)
    return DataError(
        f"{where(lacking[0])}: expected nodes that are in {nodes.table.place}, got {lacking[0]!r}; it lacks "
        f"{len(lacking):,} of the {len(links.nodes):,} names of the edges ({share:.0%}), by its column "
        f"{nodes.column!r}; name another column with node (--node), add them there, or leave their edges out with "
        "skip_bad = true (--skip-bad)"
    )
