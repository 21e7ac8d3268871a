"""GraphML, GEXF, GML, and the node-link JSON of networkx; and graphs of networkx themselves."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded, files
from relxfer.store.endings import ending
from relxfer_social import weights
from relxfer_social.edge_kinds import hint
from relxfer_social.files.attributes import Roles, attributes_of
from relxfer_social.files.raw_network import RawNetwork

#: Attributes that may hold the name by which people know a node.
NAMES = ("label", "name")


def read_graph(path: Path, roles: Roles, weight: weights.Asked = None, kind: int | str | None = None) -> RawNetwork:
    """The network in a file; see `of_graph`.

    Raises:
        DataError: it does not read; an edge goes to a node that is not there; an attribute cannot be used.
    """
    return of_graph(_read(path), roles, str(path), ending(path) == ".gexf", weight, kind)


def graph_attributes(path: Path) -> Mapping[str, Sequence[str]]:
    """The cells of the attributes of nodes by name, but for the one by which they are called."""
    graph = _read(path)
    cells = _cells(graph, ending(path) == ".gexf")
    names = _names(cells, [str(node) for node in graph], Roles())
    return {name: held for name, held in cells.items() if name != names}


def of_graph(
    graph: Any,
    roles: Roles,
    what: str,
    gexf: bool = False,
    weight: weights.Asked = None,
    kind: int | str | None = None,
) -> RawNetwork:
    """The network of a graph of networkx.

    Nodes go by their label or name, if every node has one of its own, and by their ids. Of the attributes of edges one
    may be their weight, which is 1 where an edge lacks it, as networkx has it, and one their kind; others are not used.
    GEXF calls a node without a label by its id.

    Raises:
        DataError: two nodes are called the same; an attribute cannot be used.
    """
    ids = [str(node) for node in graph]
    if not ids:
        raise DataError(f"{what}: expected nodes, got none; check that this is the right file")
    if len(set(ids)) < len(ids):
        raise DataError(f"{what}: expected nodes of different names, got some twice as text; rename them")
    numbers = {node: number for number, node in enumerate(graph)}
    rows = np.array([(numbers[one], numbers[other]) for one, other in graph.edges()], np.int64).reshape(-1, 2).T
    counts, notes = _weights(graph, what, weight, kind)
    kinds = () if kind is None else _kinds(graph, what, kind)
    cells = _cells(graph, gexf)
    names = _names(cells, ids, roles)
    nodes = ids if names is None else cells.pop(names)
    of_nodes = attributes_of(cells, roles, what, lambda row: f"{what}: node {nodes[row]!r}")
    told = (f"nodes are called by their {names}; their ids are understood too",) if names else ()
    return RawNetwork(
        nodes, rows, graph.is_directed(), notes=(*notes, *told), ids=ids if names else (), weights=counts, kinds=kinds
    ).with_attributes(of_nodes)


def _weights(
    graph: Any, what: str, asked: weights.Asked, kind: int | str | None
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """[R] of the edges, or None; and what is told of their attributes."""
    held = [attributes for _, _, attributes in graph.edges(data=True)]
    names = list(dict.fromkeys(name for attributes in held for name in attributes if name != "id"))
    name = weights.named([str(name) for name in names], asked, what)
    key = next((each for each in names if str(each) == name), None)
    unused = [str(each) for each in names if each != key and str(each) != str(kind)]
    cells = {name: [_cell(attributes.get(name)) for attributes in held] for name in unused}
    notes = (f"of the edges, not used: {', '.join(unused)}", *hint(unused, cells)) if unused else ()
    if key is None:
        return None, notes
    shown = [attributes.get(key, 1) for attributes in held]
    ends = list(graph.edges())
    made = weights.checked(
        [weights.number(value) for value in shown], lambda row: f"{what}: {name} of the edge {ends[row]}", shown
    )
    lacking = sum(key not in attributes for attributes in held)
    more = f"; {lacking:,} of {len(held):,} edges have none, and count 1" if lacking else ""
    return made, (*notes, f"weights of edges: {name}{more}")


def _kinds(graph: Any, what: str, kind: int | str) -> list[str]:
    """R kinds of the edges."""
    held = list(graph.edges(data=True))
    found = [_cell(attributes.get(kind)) for _, _, attributes in held]
    if "" in found:
        one, other, _ = held[found.index("")]
        raise DataError(
            f"{what}: expected {kind!r} of every edge, its kind, got none from {one!r} to {other!r}; add it, or name "
            "another attribute as edge_kind"
        )
    return found


def _names(cells: Mapping[str, Sequence[str]], ids: Sequence[str], roles: Roles) -> str | None:
    """The attribute with a name of its own for every node; one that the user calls a label or a feature is none."""
    for name in NAMES:
        own = cells.get(name, ())
        if name not in roles.named and len(ids) == len(set(own)) and all(own) and list(own) != list(ids):
            return name
    return None


def _cells(graph: Any, gexf: bool) -> dict[str, list[str]]:
    """Attributes as text; GEXF calls every node without a `label` by its id."""
    names = dict.fromkeys(str(name) for _, held in graph.nodes(data=True) for name in held if name != "viz")
    cells = {name: [_cell(held.get(name)) for _, held in graph.nodes(data=True)] for name in names}
    if gexf and "label" in cells:
        given = ["" if cell == str(node) else cell for node, cell in zip(graph, cells["label"], strict=True)]
        del cells["label"]
        if len(set(given)) == len(given) or any(given):
            cells["label"] = given
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _read(path: Path) -> Any:
    import networkx as nx

    try:
        data, kind = bounded.read(path), ending(path)
        if kind == ".json":
            return _node_link(path, json.loads(data, object_pairs_hook=files.once))
        if kind == ".gml":
            return _gml(path, data)
        _check_xml(path, data)
        return nx.read_graphml(io.BytesIO(data)) if kind == ".graphml" else nx.read_gexf(io.BytesIO(_older(data)))
    except DataError:
        raise
    except Exception as error:  # anything, from the parser's own error to KeyError
        raise DataError(
            f"{path}: expected a network, got a file that does not read "
            f"({type(error).__name__}: {error}); save it again"
        ) from None


def _older(data: bytes) -> bytes:
    """GEXF 1.3 under the name of 1.2, which networkx reads: what is used of both is the same."""
    return re.sub(rb"http://(?:www\.)?gexf\.net/1\.3", b"http://www.gexf.net/1.2draft", data).replace(
        b'version="1.3"', b'version="1.2"', 1
    )


def _gml(path: Path, data: bytes) -> Any:
    """GML with a link that stands several times must say so for networkx."""
    import networkx as nx

    text = data.decode("utf-8", "replace")
    ends = [(a, b) for a, b in re.findall(r"source\s+(-?\d+)\s+target\s+(-?\d+)", text)]
    _check(path, re.findall(r"\bid\s+(-?\d+)", re.sub(r"\bedge\s*\[[^\]]*\]", "", text)), ends)
    if len(set(ends)) < len(ends) and not re.search(r"\bmultigraph\s+1", text):
        text = re.sub(r"graph\s*\[", "graph [\n multigraph 1", text, count=1)
    return nx.parse_gml(text.splitlines(), label=None)


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
