"""The user's own network: its files read, and the network that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.contract.query import Query, file_of
from relxfer.data.tables import json_rows
from relxfer.errors import DataError, NotMine
from relxfer.store import bounded
from relxfer.store.endings import ending
from relxfer_social.edge_kinds import EdgeKinds
from relxfer_social.edges import edge_note, weighted_edges
from relxfer_social.files.attributes import Roles
from relxfer_social.files.formats import adjacency, arrays, packs
from relxfer_social.files.formats.graphs import graph_attributes, read_graph
from relxfer_social.files.formats.matlab import matlab_attributes, read_matlab
from relxfer_social.files.formats.musae import with_lists
from relxfer_social.files.formats.node_table import joined, read_nodes
from relxfer_social.files.formats.pajek import read_pajek
from relxfer_social.files.formats.tables import Asked, read_edges
from relxfer_social.files.formats.torch_files import read_torch
from relxfer_social.files.raw_network import RawNetwork
from relxfer_social.network import Network
from relxfer_social.options import EDGE_LISTS, NetworkFiles
from relxfer_social.weights import NONE
from relxfer_social.weights import Asked as Weight

GRAPHS = (".graphml", ".gexf", ".gml", ".json")
ARRAYS = (".npz", ".safetensors", ".mat", ".pt")
#: Formats in which edges may have kinds, beside tables.
_WITH_KINDS = (*GRAPHS, ".npz", ".safetensors", ".pt")
#: Formats of links alone, beside which a table of nodes may stand.
_LINKS: Mapping[str, Callable[[Path, Weight], RawNetwork]] = {".net": read_pajek, ".adjlist": adjacency.read_lists}


def read(options: NetworkFiles) -> RawNetwork:
    """What the files hold, nodes in the order of their names; a network without labels is one too.

    Raises:
        DataError: a file cannot be used; the message names file and line, node or array.
    """
    roles = Roles(options.labels, options.features, options.categorical, options.group)
    raw = _read(options, roles)
    if not raw.nodes:
        read_from = "the query" if isinstance(options.path, Query) else str(options.path)
        raise DataError(f"{read_from}: expected nodes, got none; check that this is the right file")
    return (with_lists(raw, options.feature_lists) if options.feature_lists else raw).linked().ordered()


def _read(options: NetworkFiles, roles: Roles) -> RawNetwork:
    kind, weight = options.kind, _weight(options)
    edge_kind = _edge_kind(options)
    of_arrays = options.labels, options.features, options.split_seed, weight
    if is_edge_list(options.path):
        return read_edges(options.path, options.nodes, roles, asked(options))
    given = file_of(options.path)
    if edge_kind is not None and kind not in _WITH_KINDS:
        raise _no_kinds(given, f"{kind} without them")
    if kind in _LINKS:
        return _beside(_LINKS[kind](given, weight), options, roles)
    if kind == ".mat":
        return read_matlab(given, *of_arrays)
    if kind == ".pt":
        return read_torch(given, *of_arrays, edge_kind)
    if kind in ARRAYS:
        held = arrays.load(given)
        if adjacency.is_sparse(held):
            if edge_kind is not None:
                raise _no_kinds(given, "a matrix without them")
            most = arrays.FREE + sum(array.size for array in held.values())
            return _beside(adjacency.of_sparse(given, held, most, weight), options, roles, numbered=True)
        held = packs.of_pack(given, held) if packs.is_pack(held) else held
        return arrays.of_arrays(str(given), held, *of_arrays, edge_kind)
    if kind in GRAPHS:
        return read_graph(given, roles, weight, edge_kind)
    endings = ", ".join((*EDGE_LISTS, *GRAPHS, *_LINKS, *ARRAYS))
    raise NotMine(f"{given}: expected a name ending in {endings}, got {kind or given.name!r}; convert it")


def _no_kinds(given: Path, got: str) -> DataError:
    return DataError(f"{given}: expected a file in which edges have kinds, with edge_kind, got {got}; remove it")


def is_edge_list(path: Path | Query) -> bool:
    """Whether a file is a table of edges: by its name, or as JSON that is a list of objects; a query gives one."""
    if isinstance(path, Query):
        return True
    if ending(path) != ".json":
        return ending(path) in EDGE_LISTS
    try:
        with bounded.text_stream(path) as stream:
            return json_rows.is_list(stream.read(1 << 16).decode(errors="replace"))
    except (OSError, *bounded.BROKEN):
        return False  # the reader of graphs says what is wrong


def attributes(options: NetworkFiles) -> Mapping[str, Sequence[str]]:
    """The cells of the attributes of nodes by name; none where a format has no names for them."""
    file, kind = file_of(options.path), options.kind
    if options.nodes is not None:
        return read_nodes(options.nodes, options.node, () if kind == ".npz" else _ends(options)).cells
    if kind == ".mat":
        return matlab_attributes(file)
    return graph_attributes(file) if kind in GRAPHS and not is_edge_list(options.path) else {}


def _ends(options: NetworkFiles) -> Sequence[str]:
    """The names in the links."""
    if options.kind in _LINKS:
        return _LINKS[options.kind](file_of(options.path), _weight(options)).nodes
    return read_edges(options.path, None, Roles(), asked(options)).nodes


def asked(options: NetworkFiles) -> Asked:
    """How tables are read."""
    weight, kind = _weight(options), _edge_kind(options)
    return Asked(options.columns, options.header, options.node, options.skip_bad, weight, kind)


def _edge_kind(options: NetworkFiles) -> int | str | None:
    """What is asked for; none for links, which have no kinds."""
    return None if options.task == "links" else options.edge_kind


def _weight(options: NetworkFiles) -> Weight:
    """What is asked for; none for links, which have no weights."""
    return NONE if options.task == "links" else options.weight


def _beside(links: RawNetwork, options: NetworkFiles, roles: Roles, numbered: bool = False) -> RawNetwork:
    """With the table of nodes, where there is one."""
    if options.nodes is None:
        return links
    nodes = read_nodes(options.nodes, options.node, links.nodes)
    return joined(links, nodes, roles, lambda name: str(file_of(options.path)), numbered, options.skip_bad)


def network_of(options: NetworkFiles, raw: RawNetwork) -> tuple[Network, list[str]]:
    """The network, and sentences on how it was made."""
    directed = raw.directed if options.directed is None else options.directed
    how = not directed, options.duplicates, options.loops
    edges, weights = weighted_edges(raw.rows, raw.weights, len(raw.nodes), *how)
    kinds = None
    if raw.kinds and options.edge_kind is not None:
        made = EdgeKinds.of(raw.rows, raw.kinds, raw.weights, len(raw.nodes), *how)
        kinds = replace(made, called=options.edge_kind)
    network = Network(tuple(raw.nodes), edges, raw.features, raw.columns, raw.numbers, tuple(raw.ids), weights, kinds)
    notes = [edge_note(raw.rows, edges, *how, weights), *raw.notes]
    if raw.weights is not None and weights is None and edges.size:
        notes.append("every edge has the weight 1, as without weights")
    if kinds is not None:
        notes.append(
            f"{len(kinds.names)} kinds of edges: {', '.join(kinds.names[:10])}{' ...' * (len(kinds.names) > 10)}"
        )
    alone = int((network.degrees() == 0).sum())
    if alone:
        notes.append(f"{alone:,} of {len(network):,} nodes have no edge")
    return network, notes
