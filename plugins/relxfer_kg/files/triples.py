"""Facts from files: triples of names out of tables, N-Triples and networks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.errors import DataError, did_you_mean
from relxfer.store import bounded, delimited, parquet
from relxfer_kg.files.formats import rdf, sparql

if TYPE_CHECKING:
    import networkx

#: Formats by the ending of a file's name; .gz may follow.
FORMATS = {".tsv": "TSV", ".txt": "TSV", ".csv": "CSV", ".parquet": "Parquet", **rdf.FORMATS, **sparql.FORMATS,
           ".graphml": "GraphML", ".gexf": "GEXF", ".gml": "GML"}  # fmt: skip
ROLES = ("head", "relation", "tail")


def read_triples(path: str | Path, columns: Sequence[int | str] = (0, 1, 2), header: bool | None = None) -> np.ndarray:
    """The facts of `read_statements`, without the notes."""
    return read_statements(path, columns, header).facts


def read_statements(
    path: str | Path, columns: Sequence[int | str] = (0, 1, 2), header: bool | None = None
) -> rdf.Statements:
    """Facts of a file as names, in its order, duplicates included.

    .tsv and .txt are split at tabs, .csv at commas (where its first line has none, at semicolons or tabs);
    cells lose the white space around them. RDF is read as `formats.rdf` says. In .graphml, .gexf and .gml a node goes
    by its `label` or `name` if these are unique.

    Args:
        path: a file with one of the endings in `FORMATS`, plain or gzipped; text in UTF-8.
        columns: head, relation, tail, by position from 0 or by name; N-Triples and networks have none.
        header: whether the first line names the columns; None: it does if one of `columns` is a name.

    Returns:
        facts, str objects [n, 3], columns head, relation, tail, n >= 1; and notes on what was left out.

    Raises:
        DataError: the file cannot be read, is empty, or a line is no fact; the message names file and line.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.tsv"
    >>> _ = path.write_text("Rome\\tcapital_of\\tItaly\\n")
    >>> read_triples(path).tolist()
    [['Rome', 'capital_of', 'Italy']]
    """
    path = Path(path)
    kind = format_of(path)
    if kind in rdf.FORMATS.values():
        read = _reading(path, partial(rdf.read, kind=kind))
    else:
        read = rdf.Statements(_facts(path, kind, columns, header))
    if not len(read.facts):
        raise DataError(f"{path}: expected facts, got none; check that this is the right file")
    return read


def _facts(path: Path, kind: str, columns: Sequence[int | str], header: bool | None) -> np.ndarray:
    if kind in ("TSV", "CSV"):
        return _pick(read_table(path), columns, header)
    if kind == "Parquet":
        return _named(path, columns, parquet.names(path), partial(parquet.read, path))
    if kind == sparql.TSV or kind in sparql.FORMATS.values():
        table = _reading(path, partial(sparql.columns, kind=kind))
        return _named(path, columns, list(table), lambda chosen: table)
    return _network(path, kind)


def triples_of_networkx(graph: networkx.Graph) -> np.ndarray:
    """Facts of a graph in memory: each edge is one; of an undirected graph two, one in each direction.

    The relation is the edge's attribute `relation`, else its key if that is a string (multigraphs), else its
    attribute `label`, else `related_to`. Nodes go by `str`.

    Returns:
        str objects [n, 3], columns head, relation, tail.

    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("Rome", "Italy", relation="capital_of")
    >>> graph.add_edge("Rome", "Tiber")
    >>> triples_of_networkx(graph).tolist()
    [['Rome', 'capital_of', 'Italy'], ['Rome', 'related_to', 'Tiber']]
    """
    facts = []
    for head, tail, key, data in _edges(graph):
        given = (data.get("relation"), key if isinstance(key, str) else None, data.get("label"))
        names = (str(name).strip() for name in given if name is not None)
        relation = next(filter(None, names), "related_to")
        facts.append((str(head).strip(), relation, str(tail).strip()))
        if not graph.is_directed() and head != tail:
            facts.append((facts[-1][2], relation, facts[-1][0]))
    return _array(facts)


def format_of(path: Path) -> str:
    """The format that a name stands for, a value of `FORMATS`; `DataError` for any other name.

    >>> format_of(Path("facts.nt.gz"))
    'N-Triples'
    """
    if path.is_dir():
        raise DataError(f"{path}: expected a file with facts, got a folder; name the files in it")
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() not in FORMATS:
        raise DataError(
            f"{path}: expected a name ending in {', '.join(FORMATS)} (or one of these and .gz), "
            f"got {suffix or path.name!r}; convert or rename the file"
        )
    kind = FORMATS[suffix.lower()]
    return sparql.TSV if kind == "TSV" and path.is_file() and sparql.is_tsv(path) else kind


# ---------------------------------------------------------------- text in columns


@dataclass(frozen=True)
class Table:
    """A delimited text: its cells, column by column, and the number of the line on which each row starts."""

    path: Path
    separator: str
    columns: tuple[list[str], ...]
    numbers: Sequence[int]

    def line(self, row: int) -> str:
        """A row as it was, for a message."""
        return _shown(self.separator.join(column[row] for column in self.columns))


def read_table(path: Path) -> Table:
    """The table in a .tsv, .txt or .csv file without its empty lines; cells lose the white space around them.

    Raises:
        DataError: it is empty, no text in UTF-8, or its lines differ in their number of columns.
    """
    text = _text(path)
    first = text.lstrip().partition("\n")[0]
    separator = next((s for s in ",;\t" if s in first), ",") if format_of(path) == "CSV" else delimited.TAB
    plain = separator == delimited.TAB and not delimited.may_be_quoted(text)
    rows, numbers = _lines(text) if plain else _records(path, text, separator)
    if not rows:
        raise DataError(f"{path}: expected facts, got an empty file; check that this is the right file")
    cells, width = _cells(path, separator, rows, numbers)
    stripped = list(map(str.strip, cells))
    return Table(path, separator, tuple(stripped[i::width] for i in range(width)), numbers)


def _lines(text: str) -> tuple[list[str], Sequence[int]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbers = [number for number, line in enumerate(lines, 1) if line and not line.isspace()]
    return [lines[number - 1] for number in numbers], numbers


def _records(path: Path, text: str, separator: str) -> tuple[list[list[str]], Sequence[int]]:
    rows: list[list[str]] = []
    numbers: list[int] = []
    try:
        for row, number in delimited.rows(text, separator):
            if any(row):
                rows.append(row)
                numbers.append(number)
    except delimited.BadQuotes as error:
        raise DataError(
            f"{path}:{error.line}: expected values in CSV, got a line that does not read ({error}); check its quotes"
        ) from None
    return rows, numbers


def _cells(path: Path, separator: str, rows: list[Any], numbers: Sequence[int]) -> tuple[list[str], int]:
    """All cells, row by row, and the number of columns, which the first row decides."""
    plain = isinstance(rows[0], str)
    if plain and len({row.count(separator) for row in rows}) == 1:  # splitting all rows at once is faster
        return separator.join(rows).split(separator), rows[0].count(separator) + 1
    rows = [row.split(separator) for row in rows] if plain else rows
    width, filled = len(rows[0]), _filled(rows[0])
    for row, number in zip(rows, numbers, strict=True):
        if len(row) != width and _filled(row) != filled:
            raise DataError(
                f"{path}:{number}: expected {width} columns as in line {numbers[0]}, "
                f"got {len(row)} in {_shown(separator.join(row))}; correct the line"
            )
    return [cell for row in rows for cell in [*row, *[""] * width][:width]], width


def _filled(row: list[str]) -> int:
    """The number of cells up to the last one that is not empty."""
    return max((i for i, cell in enumerate(row, 1) if cell.strip()), default=0)


def _pick(table: Table, columns: Sequence[int | str], header: bool | None) -> np.ndarray:
    """The three columns that hold the facts."""
    named = any(isinstance(column, str) for column in columns)
    if named and header is False:
        raise DataError(
            f"{table.path}: expected positions in columns, got names {list(columns)} with "
            "header = false; leave header out, or write columns = [0, 1, 2]"
        )
    skip, where = int(named or bool(header)), f"{table.path}:{table.numbers[0]}"
    positions = _positions(where, columns, [column[0] for column in table.columns], f" in {table.line(0)}")
    facts = np.empty((len(table.numbers) - skip, 3), dtype=object)
    for i, position in enumerate(positions):
        cells = table.columns[position][skip:]
        if "" in cells:
            row = cells.index("") + skip
            raise DataError(
                f"{table.path}:{table.numbers[row]}: expected a name as {ROLES[i]}, got an empty "
                f"cell in {table.line(row)}; fill it in or delete the line"
            )
        facts[:, i] = cells
    return facts


def _positions(where: str, columns: Sequence[int | str], names: Sequence[str], line: str = "") -> list[int]:
    """Column numbers of head, relation and tail."""
    if len(columns) != 3:
        raise DataError(f"{where}: expected three columns (head, relation, tail), got {list(columns)}")
    for column in columns:
        if isinstance(column, str) and column not in names:
            raise DataError(f"{where}: expected a column {column!r}, got none: {did_you_mean(column, names)}")
        if isinstance(column, str) and list(names).count(column) > 1:
            raise DataError(f"{where}: expected one column {column!r}, got {list(names).count(column)}; rename them")
        if isinstance(column, int) and not 0 <= column < len(names):
            advice = "separate the columns by tabs (.tsv, .txt) or commas (.csv)" if line else "add it"
            raise DataError(
                f"{where}: expected a column at position {column} (from 0), got {len(names)} "
                f"column{'s' * (len(names) != 1)}{line}; {advice}"
            )
    return [column if isinstance(column, int) else list(names).index(column) for column in columns]


def _named(
    path: Path, columns: Sequence[int | str], names: Sequence[str], read: Callable[[list[str]], Mapping[str, list[Any]]]
) -> np.ndarray:
    """Of columns with names, the three that hold the facts."""
    chosen = [names[i] for i in _positions(str(path), columns, names)]
    table = read(chosen)
    facts = np.empty((len(table[chosen[0]]), 3), dtype=object)
    for i, name in enumerate(chosen):
        cells = ["" if cell is None else str(cell).strip() for cell in table[name]]
        if "" in cells:
            raise DataError(
                f"{path}: expected a name as {ROLES[i]} in every row, got an empty cell in "
                f"column {name!r}, row {cells.index('') + 1}; fill it in or delete the row"
            )
        facts[:, i] = cells
    return facts


# ---------------------------------------------------------------- networks


def _network(path: Path, kind: str) -> np.ndarray:
    import networkx as nx

    readers = {"GraphML": nx.read_graphml, "GEXF": nx.read_gexf, "GML": partial(nx.read_gml, label=None)}
    data = _reading(path, bounded.read)
    try:
        graph = readers[kind](io.BytesIO(data))
    except Exception as error:  # anything, from the parser's own error to KeyError
        raise DataError(
            f"{path}: expected a {kind} file, got one that does not read "
            f"({type(error).__name__}: {error}); save it again, or as .tsv"
        ) from None
    keys = [key for _, _, key, _ in _edges(graph)]
    if graph.is_multigraph() and len(keys) == len(set(keys)):  # these name edges, not relations
        plain = type(graph)()
        plain.add_nodes_from(graph.nodes(data=True))
        plain.add_edges_from((u, v, data) for u, v, data in graph.edges(data=True))
        graph = plain
    return triples_of_networkx(nx.relabel_nodes(graph, _node_names(graph)))


def _edges(graph: networkx.Graph) -> Iterator[tuple[Any, Any, Any, dict[str, Any]]]:
    if graph.is_multigraph():
        yield from graph.edges(keys=True, data=True)
    else:
        yield from ((head, tail, None, data) for head, tail, data in graph.edges(data=True))


def _node_names(graph: networkx.Graph) -> dict[Any, str]:
    """The nodes' `label` or `name`, if every node has one of its own."""
    for attribute in ("label", "name"):
        names = {node: str(name).strip() for node, name in graph.nodes(data=attribute) if name is not None}
        if all(names.values()) and len(names) == len(graph) == len(set(names.values())):
            return names
    return {}


# ---------------------------------------------------------------- bytes


def _reading(path: Path, read: Callable[[Path], Any]) -> Any:
    try:
        return read(path)
    except (OSError, *bounded.BROKEN) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: expected a file that reads, got: {reason}; check path and file") from None


def _text(path: Path) -> str:
    try:
        return _reading(path, bounded.text)
    except UnicodeDecodeError as error:
        data, place = error.object, error.start
        line = data.count(b"\n", 0, place) + 1
        raise DataError(
            f"{path}:{line}: expected text in UTF-8, got the byte 0x{data[place]:02x}; save the file as UTF-8"
        ) from None


def _array(facts: list[tuple[str, str, str]]) -> np.ndarray:
    array = np.empty((len(facts), 3), dtype=object)
    for i, names in enumerate(zip(*facts, strict=True)):
        array[:, i] = names
    return array


def _shown(line: str) -> str:
    """A line for a message: quoted, and cut where it is long."""
    return repr(line if len(line) <= 120 else line[:117] + "...")
