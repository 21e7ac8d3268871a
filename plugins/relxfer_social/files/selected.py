"""Which tables of a database are the edges of a network and its nodes, where nobody says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from relxfer.contract.query import Query
from relxfer.data.tables.roles import Role, by_heading
from relxfer.errors import DataError
from relxfer.store import database
from relxfer_social.files.formats.tables import read_list
from relxfer_social.files.pairing import MOST, is_list, pairs
from relxfer_social.headings import EDGES, ENDS, NODE, NODES

Columns = Mapping[str, Sequence[str]]


def selected(path: Path) -> tuple[Query, Query | None]:
    """Queries for the edges and the nodes of a database, if it has some: tables with usual names, else with usual
    headings, else two of which one has the names in the other.

    Raises:
        DataError: there are no such tables, or several; the message says what to write.
    """
    tables = database.tables(path)
    queries = {name: Query(database=path.resolve(), query=database.select(name, tables[name])) for name in tables}
    edges = _called(tables, EDGES, len(ENDS)) or _headed(tables, ENDS)
    if edges is not None and (edges.casefold() in EDGES or is_list(read_list(queries[edges]))):
        rest = {name: columns for name, columns in tables.items() if name != edges}
        nodes = _called(rest, NODES, 1) or (next(iter(rest)) if len(rest) == 1 else _headed(rest, [NODE]))
        return queries[edges], queries[nodes] if nodes else None
    found = pairs({name: read_list(query) for name, query in queries.items()}) if len(queries) <= MOST else []
    if len(found) != 1:
        raise DataError(_unknown(path, tables))
    return queries[found[0][0]], queries[found[0][1]]


def _called(tables: Columns, names: Sequence[str], width: int) -> str | None:
    """The first table with a usual name and at least so many columns."""
    by_name = {table.casefold(): table for table, columns in tables.items() if len(columns) >= width}
    return next((by_name[name] for name in names if name in by_name), None)


def _headed(tables: Columns, roles: Sequence[Role]) -> str | None:
    """The only table with usual headings of all these roles."""
    found = [table for table, columns in tables.items() if len(by_heading(columns, roles)) == len(roles)]
    return found[0] if len(found) == 1 else None


def _unknown(path: Path, tables: Columns) -> str:
    held = "; ".join(f"{table} ({', '.join(columns)})" for table, columns in tables.items()) or "no table"
    return (
        f"{path}: expected a table with the edges of a network and one with its nodes, such as edges and nodes, got "
        f'{held[:500]}; write what to select, such as path = {{ database = "{path.name}", query = "SELECT source, '
        f'target FROM ..." }} and nodes = {{ database = "{path.name}", query = "SELECT node, label FROM ..." }}'
    )
