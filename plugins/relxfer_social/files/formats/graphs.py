"""GraphML, GEXF, and the node-link JSON of networkx."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded, files
from relxfer_social.files.attributes import attributes_of
from relxfer_social.files.raw_network import RawNetwork


def read_graph(path: Path, label: Sequence[str], features: Sequence[str] | None) -> RawNetwork:
    """Nodes go by their ids; the attributes of edges are not used.

    Raises:
        DataError: it does not read; an edge goes to a node that is not there; an attribute cannot be used.
    """
    graph = _read(path)
    nodes = [str(node) for node in graph]
    if not nodes:
        raise DataError(f"{path}: expected nodes, got none; check that this is the right file")
    if len(set(nodes)) < len(nodes):
        raise DataError(f"{path}: expected nodes of different names, got some twice as text; rename them")
    numbers = {node: number for number, node in enumerate(graph)}
    rows = np.array([(numbers[one], numbers[other]) for one, other in graph.edges()], np.int64).reshape(-1, 2).T
    used = dict.fromkeys(name for _, _, held in graph.edges(data=True) for name in held if name != "id")
    notes = (f"of the edges, not used: {', '.join(used)}",) if used else ()
    cells = _cells(graph, path.suffix.lower() == ".gexf")
    of_nodes = attributes_of(cells, label, features, str(path), lambda row: f"{path}: node {nodes[row]!r}")
    return RawNetwork(
        nodes, rows, graph.is_directed(), of_nodes.labels, of_nodes.answers, of_nodes.splits, of_nodes.features,
        of_nodes.columns, (),
        (*notes, *of_nodes.notes),
    )  # fmt: skip


def _cells(graph: Any, gexf: bool) -> dict[str, list[str]]:
    """Attributes as text; GEXF calls every node without a `label` by its id."""
    names = dict.fromkeys(str(name) for _, held in graph.nodes(data=True) for name in held)
    cells = {name: [_cell(held.get(name)) for _, held in graph.nodes(data=True)] for name in names}
    if gexf and "label" in cells:
        given = ["" if cell == str(node) else cell for node, cell in zip(graph, cells["label"], strict=True)]
        cells = {name: held for name, held in cells.items() if name != "label"} | (
            {"label": given} if any(given) else {}
        )
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _read(path: Path) -> Any:
    import networkx as nx

    try:
        data = bounded.read(path)
        if path.suffix.lower() == ".json":
            return _node_link(path, json.loads(data, object_pairs_hook=files.once))
        _check_xml(path, data)
        return {".graphml": nx.read_graphml, ".gexf": nx.read_gexf}[path.suffix.lower()](io.BytesIO(data))
    except DataError:
        raise
    except Exception as error:  # anything, from the parser's own error to KeyError
        raise DataError(
            f"{path}: expected a network, got a file that does not read "
            f"({type(error).__name__}: {error}); save it again"
        ) from None


def _node_link(path: Path, content: Any) -> Any:
    import networkx as nx

    key = "links" if "links" in content else "edges"
    ends = [(edge["source"], edge["target"]) for edge in content[key]]
    _check(path, [node["id"] for node in content["nodes"]], ends)
    return nx.node_link_graph(content, edges=key)


def _check_xml(path: Path, data: bytes) -> None:
    """Refuses what networkx mends silently: nodes that stand twice, and ends of edges that are no nodes."""
    graph = ElementTree.fromstring(data).find("{*}graph")
    if graph is not None:
        ends = [(edge.get("source"), edge.get("target")) for edge in graph.iterfind(".//{*}edge")]
        _check(path, [node.get("id") for node in graph.iterfind(".//{*}node")], ends)


def _check(path: Path, names: Sequence[Any], ends: Sequence[tuple[Any, Any]]) -> None:
    counts = Counter(map(str, names))
    for name, count in counts.items():
        if count > 1:
            raise DataError(f"{path}: expected each node once, got {name!r} {count} times; delete the others")
    for number, pair in enumerate(ends, 1):
        for end in pair:
            if str(end) not in counts:
                raise DataError(f"{path}: expected edges between its nodes, got {end!r} in edge {number}; add the node")
