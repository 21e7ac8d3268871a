"""Which of the tables of a folder is the list of edges, and which that of their nodes, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import TypeVar

from relxfer.data.tables.kinds import measured
from relxfer.data.tables.roles import layout
from relxfer.data.tables.split_words import SPLITS
from relxfer.data.tables.table import Table
from relxfer.errors import DataError, Undecided
from relxfer_social.files.formats import adjacency
from relxfer_social.files.formats.node_table import plain
from relxfer_social.files.formats.tables import read_list
from relxfer_social.headings import ENDS
from relxfer_social.weights import NONE

#: Of the names in the edges, at least this share is in the table of nodes.
_SHARE = 0.9
#: Tables of fewer rows tell nothing; sources and targets of a network have at least this share of names in common.
_ROWS, _COMMON = 3, 0.1
#: A folder of more tables is not looked through.
MOST = 3
Named = TypeVar("Named")
_TALK = ("readme", "license", "licence", "changelog", "citation")


def paired(files: Sequence[Path]) -> tuple[Path, Path] | None:
    """The list of edges and the table of nodes among tables: the nodes have the names of the edges, each once.

    None where no two of them fit, or where they are called as parts of a split, which facts are.

    Raises:
        Undecided: two of them fit either way.
        DataError: one of two is a list of edges, and the other has none of their names.
    """
    told = [file for file in files if not file.name.lower().startswith(_TALK)]
    words = {word for names in SPLITS.values() for word in names}
    if not 2 <= len(told) <= MOST or any(file.name.lower().split(".")[0] in words for file in told):
        return None
    tables = {file: table for file in told if (table := _table(file)) is not None}
    fitting = pairs(tables)
    if len(fitting) > 1:
        edges, nodes = fitting[0]
        raise Undecided(
            f"{edges.parent}: expected to know which table is the list of edges, got {edges.name} and {nodes.name}, "
            f"each of which has the names of the other; call the list edges{edges.suffix} and the other "
            f"nodes{nodes.suffix}"
        )
    if not fitting and len(tables) == len(told) == 2:
        _refuse(tables)
    return fitting[0] if fitting else None


def pairs(tables: Mapping[Named, Table]) -> list[tuple[Named, Named]]:
    """(edges, nodes) of the tables that fit best: the nodes have the names of the edges, each once."""
    shares = {pair: _share(tables[pair[0]], tables[pair[1]]) for pair in permutations(tables, 2)}
    best = max(shares.values(), default=0.0)
    return [pair for pair in shares if shares[pair] == best >= _SHARE]


def _table(file: Path) -> Table | None:
    try:
        table = read_list(file)
    except DataError:  # no table, which its own reader tells
        return None
    return table if len(table) >= _ROWS else None


def is_list(table: Table) -> bool:
    """Whether a table may be a list of edges: two columns, further ones of numbers or dates, or a matrix."""
    if table.width == 2 or adjacency.of_table(table, NONE) is not None:
        return True
    places = layout(table, ENDS).positions.values() if table.width > 2 else ()
    return bool(places) and all(measured(table.columns[i]) for i in range(table.width) if i not in places)


def _ends(table: Table) -> set[str]:
    matrix = adjacency.of_table(table, NONE)
    if matrix is not None:
        return set(map(plain, matrix.nodes))
    return {plain(name) for place in layout(table, ENDS).positions.values() for name in table.columns[place].values}


def _share(edges: Table, nodes: Table) -> float:
    """Of the names in the edges, the share that a column of the nodes has, which has each of its names once."""
    ends = _ends(edges) if is_list(edges) else set()
    own = [{plain(name) for name in column.values} for column in nodes.columns if len(column.values) == len(column)]
    return max((len(ends & names) / len(ends) for names in own if ends), default=0.0)


def _in_common(edges: Table) -> float:
    one, other = (edges.columns[place].distinct for place in layout(edges, ENDS).positions.values())
    return len(one & other) / min(len(one), len(other))


def _refuse(tables: dict[Path, Table]) -> None:
    """Where one of two is a list of edges, says that the other is not that of their nodes."""
    lists = [file for file in tables if is_list(tables[file])]
    if len(lists) == 1 and _in_common(tables[lists[0]]) >= _COMMON:
        (other,) = (file for file in tables if file not in lists)
        raise DataError(
            f"{other.parent}: expected a table with the nodes of {lists[0].name}, got {other.name}, no column of which "
            "has the names of the edges, each once; correct the names, or name the list of edges alone"
        )
