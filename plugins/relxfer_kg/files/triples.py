"""Facts from files: triples of names out of tables, N-Triples and networks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.errors import DataError, NotMine
from relxfer.store import bounded
from relxfer.store.endings import ending
from relxfer_kg.files.fact_tables import FactColumns
from relxfer_kg.files.formats import by_content, rdf, sparql
from relxfer_kg.named.facts import Facts

if TYPE_CHECKING:
    import networkx

#: Formats by the ending of a file's name; .gz may follow.
FORMATS = {".tsv": "TSV", ".txt": "TSV", ".csv": "CSV", ".tab": "TSV", ".psv": "CSV", ".jsonl": "JSON lines",
           ".ndjson": "JSON lines", ".parquet": "Parquet", **rdf.FORMATS, **sparql.FORMATS, ".graphml": "GraphML",
           ".gexf": "GEXF", ".gml": "GML"}  # fmt: skip
#: Of these, the ones with columns.
TABULAR = ("TSV", "CSV", "JSON lines", by_content.JSON_LIST, "Parquet", *sparql.KINDS)


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

    Tables are read by content, see `relxfer.data.tables`, and RDF as `formats.rdf` says. In .graphml, .gexf and .gml a
    node goes by its `label` or `name` if these are unique.

    Args:
        path: a file with one of the endings in `FORMATS`, plain or gzipped.
        how: where the facts of a table are; RDF and networks have no columns.
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
        rdf_file = kind in rdf.FORMATS.values()
        parts = {
            "all": _reading(path, partial(rdf.read, kind=kind, bad=bad)) if rdf_file else Facts.of(_network(path, kind))
        }
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
    """The format that a name stands for, or else the content: a value of `FORMATS`; `DataError` for any other file.

    >>> format_of(Path("facts.nt.gz"))
    'N-Triples'
    """
    if path.is_dir():
        raise NotMine(f"{path}: expected a file with facts, got a folder; name the files in it")
    if kind := by_content.kind_of(path):
        return kind
    suffix = ending(path)
    if suffix not in FORMATS:
        raise NotMine(
            f"{path}: expected a name ending in {', '.join(FORMATS)} (or one of these and .gz), "
            f"got {suffix or path.name!r}; convert or rename the file"
        )
    return FORMATS[suffix]


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


def _array(facts: list[tuple[str, str, str]]) -> np.ndarray:
    array = np.empty((len(facts), 3), dtype=object)
    for i, names in enumerate(zip(*facts, strict=True)):
        array[:, i] = names
    return array
