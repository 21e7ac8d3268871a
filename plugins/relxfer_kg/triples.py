"""Facts from files: triples of names out of tables, N-Triples and network formats. Numpy only, until a format asks."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import networkx

#: What a suffix says about a file; each may end in .gz as well.
FORMATS = {".tsv": "text", ".txt": "text", ".csv": "text", ".parquet": "parquet", ".nt": "N-Triples",
           ".graphml": "GraphML", ".gexf": "GEXF", ".gml": "GML"}  # fmt: skip
UNNAMED = "related_to"
_ROLES = ("head", "relation", "tail")


def read_triples(
    path: str | Path, columns: Sequence[int | str] = (0, 1, 2), header: bool | None = None
) -> np.ndarray:
    """Facts of a file as names, in its order, duplicates included.

    .tsv and .txt are split at tabs, .csv at commas (or semicolons, where its first line has no comma). Names lose the
    white space around them. N-Triples keep names as written, without the angle brackets; literals keep their quotes.
    .graphml, .gexf and .gml are read by networkx (see `triples_of_networkx`); a node goes by its `label` or `name`
    where these are unique.

    Args:
        path: a file of one of `FORMATS`, plain or gzipped; text in UTF-8.
        columns: head, relation, tail, by position from 0 or by name; N-Triples and networks have none.
        header: whether the first line holds the names of the columns; None: it does if `columns` has a name.

    Returns:
        str objects [n, 3], columns head, relation, tail; n >= 1.

    Raises:
        DataError: the file cannot be read, is empty, or a line is not a fact; the message names file and line.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.tsv"
    >>> _ = path.write_text("Rome\\tcapital_of\\tItaly\\n")
    >>> read_triples(path).tolist()
    [['Rome', 'capital_of', 'Italy']]
    """
    path, kind = Path(path), format_of(path)
    if kind == "text":
        facts = _pick(read_table(path), columns, header)
    elif kind == "parquet":
        facts = _parquet(path, columns)
    elif kind == "N-Triples":
        facts = _array(list(_ntriples(path)))
    else:
        facts = triples_of_networkx(_network(path, kind))
    if not len(facts):
        raise DataError(f"{path}: expected facts, got none; check that this is the right file")
    return facts


def triples_of_networkx(graph: networkx.Graph) -> np.ndarray:
    """Facts of a graph in memory: every edge is one, an edge of an undirected graph two, one in each direction.

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
    keyed = graph.edges(keys=True, data=True) if graph.is_multigraph() else ((*e, None) for e in graph.edges)
    facts = []
    for head, tail, key, *rest in keyed:
        data = rest[0] if rest else graph.edges[head, tail]
        relation = _relation(key, data)
        facts.append((str(head), relation, str(tail)))
        if not graph.is_directed() and head != tail:
            facts.append((str(tail), relation, str(head)))
    return _array(facts)


def format_of(path: Path) -> str:
    """The format a name stands for, one of the values of `FORMATS`; `DataError` for any other name.

    >>> format_of(Path("facts.nt.gz"))
    'N-Triples'
    """
    if path.is_dir():
        raise DataError(f"{path}: expected a file with facts, got a folder; name the file in it")
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() not in FORMATS:
        raise DataError(f"{path}: expected a name ending in {', '.join(FORMATS)} (or one of these and .gz), "
                        f"got {suffix or 'no suffix'!r}; convert or rename the file")
    return FORMATS[suffix.lower()]


# ---------------------------------------------------------------- text in columns


@dataclass(frozen=True)
class Table:
    """A delimited text: its cells, column by column, and the number of the line on which each row starts."""

    path: Path
    separator: str
    columns: tuple[list[str], ...]
    numbers: Sequence[int]

    def row(self, index: int) -> list[str]:
        return [column[index] for column in self.columns]


def read_table(path: Path) -> Table:
    """The table in a .tsv, .txt or .csv file, without its empty lines, cells stripped of white space.

    Raises:
        DataError: it is empty, no text in UTF-8, or its lines differ in their number of columns.
    """
    text = _text(path)
    is_csv = ".csv" in (suffix.lower() for suffix in path.suffixes[-2:])
    first = text.lstrip().partition("\n")[0]
    separator = next((s for s in ",;\t" if s in first), ",") if is_csv else "\t"
    rows, numbers = (_quoted if is_csv else _plain)(path, text, separator)
    if not rows:
        raise DataError(f"{path}: expected facts, got an empty file; check that this is the right file")
    cells, width = _flat(path, separator, rows, numbers)
    stripped = list(map(str.strip, cells))
    return Table(path, separator, tuple(stripped[i::width] for i in range(width)), numbers)


def _plain(path: Path, text: str, separator: str) -> tuple[list[str], Sequence[int]]:
    """Lines as they are: splitting a million of them at once is several times faster than one by one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbers = [number for number, line in enumerate(lines, 1) if line and not line.isspace()]
    return [lines[number - 1] for number in numbers], numbers


def _quoted(path: Path, text: str, separator: str) -> tuple[list[list[str]], Sequence[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    rows, numbers, start = [], [], 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append(row)
                numbers.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}:{start}: expected comma-separated values, got a line that does not read "
                        f"({error}); check its quotes") from None
    return rows, numbers


def _flat(path: Path, separator: str, rows: list[Any], numbers: Sequence[int]) -> tuple[list[str], int]:
    """All cells row by row, and the number of columns, which the first row decides."""
    plain = isinstance(rows[0], str)
    width = rows[0].count(separator) + 1 if plain else len(rows[0])
    if plain and {row.count(separator) for row in rows} == {width - 1}:
        return separator.join(rows).split(separator), width
    split = [row.split(separator) for row in rows] if plain else rows
    wanted = _length(split[0])
    for row, number in zip(split, numbers, strict=True):
        if len(row) != width and _length(row) != wanted:
            raise DataError(f"{path}:{number}: expected {_count(width)} as in line {numbers[0]}, got "
                            f"{_count(len(row))} in {_shown(separator.join(row))}; correct the line")
    return [cell for row in split for cell in (row + [""] * width)[:width]], width


def _pick(table: Table, columns: Sequence[int | str], header: bool | None) -> np.ndarray:
    """The three columns that hold the facts."""
    named = any(isinstance(column, str) for column in columns)
    if named and header is False:
        raise DataError(f"{table.path}: expected positions in columns, got names {list(columns)} although "
                        "header = false; leave header out, or give columns = [0, 1, 2]")
    skip = int(named or bool(header))
    names = table.row(0) if skip else [""] * len(table.columns)
    where = f"{table.path}:{table.numbers[0]}"
    chosen = [table.columns[i][skip:] for i in _positions(where, columns, names, table)]
    for role, cells in zip(_ROLES, chosen, strict=True):
        if "" in cells:
            row = cells.index("") + skip
            raise DataError(f"{table.path}:{table.numbers[row]}: expected a name as {role}, got an empty cell in "
                            f"{_shown(table.separator.join(table.row(row)))}; fill it in or delete the line")
    facts = np.empty((len(chosen[0]), 3), dtype=object)
    for i, cells in enumerate(chosen):
        facts[:, i] = cells
    return facts


def _positions(where: str, columns: Sequence[int | str], names: Sequence[str], table: Table | None = None) -> list[int]:
    """Column numbers of head, relation and tail."""
    if len(columns) != 3:
        raise DataError(f"{where}: expected three columns (head, relation, tail), got {list(columns)}")
    for column in columns:
        if isinstance(column, str) and column not in names:
            raise DataError(f"{where}: expected a column {column!r}, got none: {did_you_mean(column, names)}")
        if isinstance(column, int) and not 0 <= column < len(names):
            line = f" in {_shown(table.separator.join(table.row(0)))}{_advice(table)}" if table else ""
            raise DataError(f"{where}: expected at least {column + 1} columns, got {_count(len(names))}{line}")
    return [column if isinstance(column, int) else list(names).index(column) for column in columns]


def _advice(table: Table) -> str:
    """What may be wrong with a table that is too narrow."""
    line = table.separator.join(table.row(0))
    if table.separator == "\t" and "," in line:
        return "; .tsv and .txt are split at tabs: rename a comma-separated file to .csv"
    return "; separate head, relation and tail by tabs, or use .csv" if table.separator == "\t" else "; add the missing"


def parquet_names(path: Path) -> list[str]:
    """The columns of a Parquet file."""
    return list(_with_pyarrow(path, lambda parquet: parquet.read_schema(path).names))


def _parquet(path: Path, columns: Sequence[int | str]) -> np.ndarray:
    names = parquet_names(path)
    chosen = [names[i] for i in _positions(str(path), columns, names)]
    table = _with_pyarrow(path, lambda parquet: parquet.read_table(path, columns=list(dict.fromkeys(chosen))))
    facts = np.empty((table.num_rows, 3), dtype=object)
    for i, (role, name) in enumerate(zip(_ROLES, chosen, strict=True)):
        cells = ["" if cell is None else str(cell).strip() for cell in table.column(name).to_pylist()]
        if "" in cells:
            raise DataError(f"{path}: expected a name as {role} in every row, got an empty cell in column {name!r}, "
                            f"row {cells.index('') + 1}; fill it in or delete the row")
        facts[:, i] = cells
    return facts


def _with_pyarrow(path: Path, read: Callable[[Any], Any]) -> Any:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise DataError(f"{path}: expected pyarrow, which reads Parquet, got none installed; "
                        "pip install 'relxfer[tables]', or save the table as .csv") from None
    try:
        return read(parquet)
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{path}: expected a Parquet file, got one that does not read ({error})") from None


# ---------------------------------------------------------------- N-Triples and networks

_IRI = r'<([^\x00-\x20<>"{}|^`]*)>'
_NODE = rf"(?:{_IRI}|(_:[^\s<>\"]+?))"
_LITERAL = r'("(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^\x00-\x20<>"{}|^`]*>)?)'
_STATEMENT = re.compile(rf"\s*{_NODE}\s*{_IRI}\s*(?:{_NODE}|{_LITERAL})\s*\.\s*(?:#.*)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)")


def _ntriples(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(re.split(r"\r\n|\n|\r", _text(path)), 1):
        statement = _STATEMENT.fullmatch(line)
        if statement:
            iri, blank, relation, to_iri, to_blank, literal = statement.groups()
            names = iri or blank, relation, to_iri or to_blank or literal
            try:
                yield tuple(map(_unescaped, names)) if "\\" in line else names  # type: ignore[misc]
                continue
            except ValueError:
                pass
        elif not line.strip() or line.lstrip().startswith("#"):
            continue
        raise DataError(f"{path}:{number}: expected an N-Triples statement, <subject> <predicate> object ., got "
                        f"{_shown(line)}; correct the line")


def _unescaped(name: str | None) -> str:
    r"""Characters for \u and \U; other escapes (\n, \") stay as they are, so that a literal remains one."""
    def character(match: re.Match[str]) -> str:
        if not (match[1] or match[2]):
            return match[0]
        text = chr(int(match[1] or match[2], 16))
        text.encode()  # a lone surrogate is no character
        return text

    try:
        return _ESCAPE.sub(character, name or "")
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _network(path: Path, kind: str) -> networkx.Graph:
    import networkx as nx

    readers = {"GraphML": nx.read_graphml, "GEXF": nx.read_gexf, "GML": lambda file: nx.read_gml(file, label=None)}
    try:
        graph = readers[kind](io.BytesIO(_bytes(path)))
    except Exception as error:  # the readers raise anything from a parser's own errors to KeyError
        raise DataError(f"{path}: expected a {kind} file, got one that does not read ({error}); "
                        "save it again with the program it comes from") from None
    names = _node_names(graph)
    keys = [key for *_, key in graph.edges(keys=True)] if graph.is_multigraph() else []
    if len(keys) == len(set(keys)):  # no key twice: these are numbers of edges, not names of relations
        graph = (nx.DiGraph if graph.is_directed() else nx.Graph)(graph) if not keys else _unkeyed(graph)
    return nx.relabel_nodes(graph, names) if names else graph


def _unkeyed(graph: networkx.MultiGraph) -> networkx.MultiGraph:
    """The same graph, edges numbered anew."""
    plain = type(graph)()
    plain.add_nodes_from(graph.nodes)
    plain.add_edges_from((u, v, data) for u, v, data in graph.edges(data=True))
    return plain


def _node_names(graph: networkx.Graph) -> dict[Any, str]:
    for attribute in ("label", "name"):
        names = {node: str(name).strip() for node, name in graph.nodes(data=attribute) if name is not None}
        if len(names) == len(graph) == len(set(names.values())) and all(names.values()):
            return names
    return {}


def _relation(key: Any, data: Any) -> str:
    for name in (data.get("relation"), key if isinstance(key, str) else None, data.get("label")):
        if name is not None and str(name).strip():
            return str(name).strip()
    return UNNAMED
