"""The user's own network: its files read, and the network that they make."""

from __future__ import annotations

from relxfer.errors import NotMine
from relxfer_social.files.edges import edge_note, edges_of
from relxfer_social.files.formats.arrays import read_arrays
from relxfer_social.files.formats.graphs import read_graph
from relxfer_social.files.formats.tables import read_edges
from relxfer_social.files.raw_network import RawNetwork
from relxfer_social.network import Network
from relxfer_social.options import EDGE_LISTS, NetworkFiles

GRAPHS = (".graphml", ".gexf", ".json")
ARRAYS = (".npz", ".safetensors")


def read(options: NetworkFiles) -> RawNetwork:
    """What the files hold, nodes in the order of their names; a network without labels is one too.

    Raises:
        DataError: a file cannot be used; the message names file and line, node or array.
    """
    kind = options.path.suffix.lower()
    if kind in GRAPHS:
        return read_graph(options.path, options.labels, options.features).ordered()
    if kind in ARRAYS:
        return read_arrays(options.path, options.labels, options.features, options.split_seed).ordered()
    if kind in EDGE_LISTS:
        return read_edges(options.path, options.node_table, options.labels, options.features).ordered()
    endings = ", ".join((*EDGE_LISTS, *GRAPHS, *ARRAYS))
    raise NotMine(f"{options.path}: expected a name ending in {endings}, got {kind or options.path.name!r}; convert it")


def network_of(options: NetworkFiles, raw: RawNetwork) -> tuple[Network, list[str]]:
    """The network, and sentences on how it was made."""
    directed = raw.directed if options.directed is None else options.directed
    how = not directed, options.duplicates, options.loops
    edges = edges_of(raw.rows, len(raw.nodes), *how)
    network = Network(tuple(raw.nodes), edges, raw.features, raw.columns)
    notes = [edge_note(raw.rows, edges, *how), *raw.notes]
    alone = int((network.degrees() == 0).sum())
    if alone:
        notes.append(f"{alone:,} of {len(network):,} nodes have no edge")
    return network, notes
