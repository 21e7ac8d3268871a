"""Facts from files: triples of names out of tables, N-Triples and networks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.errors import DataError, NotMine
from relxfer.store import bounded
from relxfer_kg.files.fact_tables import FactColumns
from relxfer_kg.files.facts import Facts

if TYPE_CHECKING:
    import networkx

#: Formats by the ending of a file's name; .gz may follow.
FORMATS = {".tsv": "TSV", ".txt": "TSV", ".csv": "CSV", ".tab": "TSV", ".psv": "CSV", ".jsonl": "JSON lines",
           ".ndjson": "JSON lines", ".parquet": "Parquet", ".nt": "N-Triples", ".graphml": "GraphML",
           ".gexf": "GEXF", ".gml": "GML"}  # fmt: skip
#: Of these, the ones with columns.
TABULAR = ("TSV", "CSV", "JSON lines", "Parquet")


def read_triples(path: str | Path, how: FactColumns | None = None, bad: BadRowList | None = None) -> Facts:
    """Facts of a file as names, in its order, duplicates included; see `read_parts`.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.tsv"
    >>> _ = path.write_text("Rome\\tcapital_of\\tItaly\\n")
    >>> read_triples(path).tolist()
    [['Rome', 'capital_of', 'Italy']]
    """
    return Facts.joined([*read_parts(Path(path), how, bad).values()])


def read_parts(path: Path, how: FactColumns | None = None, bad: BadRowList | None = None) -> dict[str, Facts]:
    """Facts of a file by part: "train", "valid" and "test" where a column of it says so, else all of them under "all".

    Tables are read by content, see `relxfer.data.tables`. N-Triples keep names as written, without angle brackets;
    literals keep their quotes. In .graphml, .gexf and .gml a node goes by its `label` or `name` if these are unique.

    Args:
        path: a file with one of the endings in `FORMATS`, plain or gzipped.
        how: where the facts of a table are; N-Triples and networks have no columns.
        bad: gathers rows that are no facts, for the caller to settle; None: they are raised.

    Raises:
        DataError: the file cannot be read, is empty, or a line is no fact; the message names file and line.
    """
    kind = format_of(path)
    if kind in TABULAR:
        gathered, how = bad or BadRowList("facts"), how or FactColumns()
        table = how.read(path, gathered)
        parts = how.facts(table, how.find(table), gathered)
        if bad is None:
            gathered.settle()
    else:
        parts = {"all": Facts.of(list(_ntriples(path)) if kind == "N-Triples" else _network(path, kind))}
    if not any(map(len, parts.values())):
        raise DataError(f"{path}: expected facts, got none; check that this is the right file")
    return parts


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
        raise NotMine(f"{path}: expected a file with facts, got a folder; name the files in it")
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() not in FORMATS:
        raise NotMine(
            f"{path}: expected a name ending in {', '.join(FORMATS)} (or one of these and .gz), "
            f"got {suffix or path.name!r}; convert or rename the file"
        )
    return FORMATS[suffix.lower()]


# ---------------------------------------------------------------- N-Triples and networks

_IRI = r'<([^\x00-\x20<>"{}|^`]+)>'
_NODE = rf"(?:{_IRI}|(_:[^\s<>\"]*[^\s<>\".]))"
_LITERAL = r'("(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^\x00-\x20<>"{}|^`]+>)?)'
_STATEMENT = re.compile(rf"\s*{_NODE}\s*{_IRI}\s*(?:{_NODE}|{_LITERAL})\s*\.\s*(?:#.*)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)")


def _ntriples(path: Path) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(re.split(r"\r\n|\n|\r", _text(path)), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            iri, blank, relation, to_iri, to_blank, literal = _STATEMENT.fullmatch(line).groups()  # type: ignore
            names = (iri or blank, relation, to_iri or to_blank or literal)
            yield tuple(_ESCAPE.sub(_character, name) for name in names) if "\\" in line else names  # type: ignore
        except (AttributeError, ValueError, OverflowError):
            raise DataError(
                f"{path}:{number}: expected an N-Triples statement, "
                f"<subject> <predicate> object ., got {_shown(line)}; correct the line"
            ) from None


def _character(match: re.Match[str]) -> str:
    r"""The character of \u or \U; other escapes (\n, \") stay, so that a literal remains one on one line."""
    if not (match[1] or match[2]):
        return match[0]
    character = chr(int(match[1] or match[2], 16))
    character.encode()  # half of a surrogate pair is no character: UnicodeEncodeError, a ValueError
    return character


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
