"""The user's own network as a domain, split as given or by seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.contract.data import Domain
from relxfer.contract.only_with import refuse_for_data
from relxfer.contract.query import file_of
from relxfer.contract.tasks import Task
from relxfer.data.tables.split_words import SPLITS
from relxfer.errors import DataError
from relxfer.judge.metrics.answer_columns import asked, kind_of
from relxfer_social.domain import labelled_nodes, network_domain, node_domain
from relxfer_social.files.raw_network import RawNetwork
from relxfer_social.files.user_network import ARRAYS, network_of, read
from relxfer_social.options import NetworkFiles


def user_domain(options: NetworkFiles) -> Domain:
    """The domain of the user's network.

    Raises:
        DataError: files or labels cannot be used; the message names file and line, node or array.
    """
    raw = read(options)
    network, notes = network_of(options, raw)
    name = options.name or file_of(options.path).stem
    if options.task == "links":  # for which nobody needs labels
        return network_domain(name, network, (), np.zeros(0, np.int64), options, notes)
    classes, labels = _asked(options, raw, notes)
    groups = _groups(raw.groups)
    if not labelled_nodes(labels).any():
        notes.append("no node has a label: the classes are those of the source")
        return node_domain(name, network, classes, labels, np.zeros(0, np.int64), notes=notes)
    if not raw.splits:
        return network_domain(name, network, classes, labels, options, notes, groups)
    drawn = ["test_fraction"] if options.kind in ARRAYS else ["test_fraction", "split_seed"]
    refuse_for_data(options, drawn, f"where {options.place} is split already")
    nodes = {split: np.flatnonzero(np.array(raw.splits, object) == split) for split in SPLITS}
    notes += _given(classes, labels, nodes)
    inside = np.isin(np.arange(len(labels)), np.concatenate(list(nodes.values())))
    val = nodes["val"] if len(nodes["val"]) else None
    torn = _torn(raw.groups, raw.splits) if groups is not None else []
    whole = None if torn else groups
    return node_domain(name, network, classes, _only(inside, labels), nodes["test"], val, [*notes, *torn], whole)


def _groups(names: Sequence[str]) -> np.ndarray | None:
    """[V] int: the group of each node; one without a name is alone. None where all are alone."""
    if len(set(filter(None, names))) == len(list(filter(None, names))):
        return None
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name or f"\0{row}", len(numbers)) for row, name in enumerate(names)])


def _torn(groups: Sequence[str], splits: Sequence[str]) -> list[str]:
    """A sentence on groups that the given split does not keep whole."""
    held: dict[str, set[str]] = {}
    for group, split in zip(groups, splits, strict=True):
        if group and split:
            held.setdefault(group, set()).add(split)
    torn = [group for group, of in held.items() if len(of) > 1]
    if not torn:
        return []
    return [
        f"{len(torn):,} of {len(held):,} groups are in several of the given splits, such as {torn[0]!r}, "
        "so that nothing is grouped"
    ]


def _asked(options: NetworkFiles, raw: RawNetwork, notes: list[str]) -> tuple[tuple[str, ...] | Task, np.ndarray]:
    """Classes or another task, and the answers as for `node_domain`; what is to be said is added to the notes."""
    given = any(cell for column in raw.cells.values() for cell in column)
    kind = options.task if options.task != "nodes" else kind_of(raw.cells) if given else "classification"
    if kind == "classification" or not given:
        return _classes(options, raw)

    def where(row: int) -> str:
        return f"{options.place}: node {raw.nodes[row]!r}"

    task, found = asked(kind, raw.cells, where)
    notes.append(found.sentence(kind))
    return task, np.where(found.known[:, None], found.values, np.nan)


def _only(inside: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The answers of these nodes alone."""
    return np.where(inside, labels, -1) if labels.ndim == 1 else np.where(inside[:, None], labels, np.nan)


def _classes(options: NetworkFiles, raw: RawNetwork) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of the classes, numbers first and in their order; and the class of each node, -1 where it has none."""
    there = set(filter(None, raw.labels))
    if not there:
        return (), np.full(len(raw.nodes), -1)
    classes = raw.classes or tuple(sorted(there, key=natural))
    if len(there) < 2:
        got = f"{next(iter(there))!r} alone"
        raise DataError(
            f"{options.place}: expected labels of at least two classes, got {got}; label some nodes of another"
        )
    numbers = {name: number for number, name in enumerate(classes)} | {"": -1}
    return classes, np.array([numbers[name] for name in raw.labels], np.int64)


def _given(classes: Sequence[str] | Task, labels: np.ndarray, nodes: Mapping[str, np.ndarray]) -> list[str]:
    """Sentences on the splits that were given: their sizes, and what of them nobody can learn."""
    known = labelled_nodes(labels)
    counts = {split: int(known[rows].sum()) for split, rows in nodes.items()}
    notes = [f"split as given: {', '.join(f'{count:,} {split}' for split, count in counts.items() if count)}"]
    left = int(known.sum()) - sum(counts.values())
    if left:
        notes.append(f"{left:,} labelled nodes are in no split, so that their labels are not used")
    if counts["train"] and not isinstance(classes, Task):
        learnt = set(labels[nodes["train"]].tolist())
        unseen = Counter(
            classes[label] for label in labels[nodes["test"]].tolist() if label >= 0 and label not in learnt
        )
        notes += [
            f"{count:,} test nodes have the label {name!r}, which no training node has"
            for name, count in unseen.items()
        ]
    return notes
