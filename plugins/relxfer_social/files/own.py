"""The user's own network as a domain, split as given or by seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_social.domain import network_domain, node_domain
from relxfer_social.files.edges import edges_of, told
from relxfer_social.files.formats.arrays import read_arrays
from relxfer_social.files.formats.graphs import read_graph
from relxfer_social.files.formats.tables import read_edges
from relxfer_social.files.raw_network import Found
from relxfer_social.network import Network
from relxfer_social.options import EDGE_LISTS, NetworkFiles

GRAPHS = (".graphml", ".gexf", ".json")
ARRAYS = (".npz", ".safetensors")


def load(options: NetworkFiles, files: Mapping[str, Path]) -> Domain:
    """The domain of the user's network; `files` is empty, since the paths are options.

    Raises:
        DataError: files or labels cannot be used; the message names file and line, node or array.
    """
    found = read(options)
    network, notes = network_of(options, found)
    name = options.name or options.path.stem
    if options.task == "links":  # for which nobody needs labels
        return network_domain(name, network, (), np.zeros(0, np.int64), options, notes)
    classes, labels = _classes(options, found)
    if found.parts:
        train, val, test = (_part(found.parts, part) for part in ("train", "val", "test"))
        notes += _given(classes, labels, {"train": train, "val": val, "test": test})
        inside = np.isin(np.arange(len(labels)), np.concatenate([train, val, test]))
        return node_domain(name, network, classes, np.where(inside, labels, -1), test, val if len(val) else None, notes)
    return network_domain(name, network, classes, labels, options, notes)


def read(options: NetworkFiles) -> Found:
    """What the files hold, nodes in the order of their names; a network without labels is one too."""
    kind = options.path.suffix.lower()
    if kind in GRAPHS:
        return read_graph(options.path, options.label, options.features).ordered()
    if kind in ARRAYS:
        return read_arrays(options.path, options.label, options.features, options.split_seed).ordered()
    if kind in EDGE_LISTS:
        return read_edges(options.path, options.nodes, options.label, options.features).ordered()
    known = ", ".join((*EDGE_LISTS, *GRAPHS, *ARRAYS))
    raise DataError(f"{options.path}: expected a name ending in {known}, got {kind or options.path.name!r}; convert it")


def network_of(options: NetworkFiles, found: Found) -> tuple[Network, list[str]]:
    """The network, and sentences on how it was made."""
    directed = found.directed if options.directed is None else options.directed
    how = not directed, options.duplicates, options.loops
    edges = edges_of(found.rows, len(found.nodes), *how)
    network = Network(tuple(found.nodes), edges, found.features, found.columns)
    notes = [told(found.rows, edges, *how), *found.notes]
    alone = int((network.degrees() == 0).sum())
    if alone:
        notes.append(f"{alone:,} of {len(network):,} nodes have no edge")
    return network, notes


def _classes(options: NetworkFiles, found: Found) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the classes, numbers first and in their order; and the class of each node, -1 where it has none."""
    where = options.nodes or options.path
    if not found.labels:
        named = (
            "a table of nodes with a column" if options.path.suffix.lower() in EDGE_LISTS else "a label of the nodes:"
        )
        raise DataError(
            f"{where}: expected {named} label, class or y, got none; name another with label, or write "
            'task = "links", for which nobody needs labels'
        )
    there = set(filter(None, found.labels))
    classes = found.classes or tuple(sorted(there, key=natural))
    if len(there) < 2:
        got = f"{next(iter(there))!r} alone" if there else "none"
        raise DataError(f"{where}: expected labels of at least two classes, got {got}; label some nodes of another")
    numbers = {name: number for number, name in enumerate(classes)} | {"": -1}
    return classes, np.array([numbers[name] for name in found.labels], np.int64)


def _part(parts: Sequence[str], part: str) -> np.ndarray:
    return np.flatnonzero(np.array(parts, object) == part)


def _given(classes: Sequence[str], labels: np.ndarray, parts: Mapping[str, np.ndarray]) -> list[str]:
    """Sentences on a split that was given: its parts, and what of it nobody can learn."""
    counts = {part: int((labels[nodes] >= 0).sum()) for part, nodes in parts.items()}
    notes = [f"split as given: {', '.join(f'{count:,} {part}' for part, count in counts.items() if count)}"]
    left = int((labels >= 0).sum()) - sum(counts.values())
    if left:
        notes.append(f"{left:,} labelled nodes are in no part, so that their labels are not used")
    if counts["train"]:
        learnt = set(labels[parts["train"]].tolist())
        unseen = Counter(
            classes[label] for label in labels[parts["test"]].tolist() if label >= 0 and label not in learnt
        )
        notes += [
            f"{count:,} test nodes have the label {name!r}, which no training node has"
            for name, count in unseen.items()
        ]
    return notes
