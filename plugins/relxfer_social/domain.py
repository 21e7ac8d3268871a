"""Labelled nodes as a domain: a query is a node of the network, its answer a class, numbers, or labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.plain import AnswerTable
from relxfer.contract.tasks import Task
from relxfer.data.lookup import Lookup, refuse
from relxfer.data.tables.roles import usual
from relxfer.errors import DataError, UnfitArtefact
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.links import LinkPrediction
from relxfer.plan.stratify import stratified
from relxfer.plan.whole_groups import drawn_whole
from relxfer_social import placed
from relxfer_social.headings import NODE
from relxfer_social.links.domain import link_domain, observed_links
from relxfer_social.network import Network
from relxfer_social.new_edges import with_edges
from relxfer_social.options import SplitOptions


@dataclass(frozen=True)
class NodeDomain(Domain):
    """A domain whose inputs are a `Network`. Every node is seen, that of the test included; no label is an input."""

    def with_new(self, new: Mapping[str, Sequence[str]]) -> Domain:
        """Further edges in columns source and target, with new nodes where nodes have no features."""
        return self.over(*with_edges(self.inputs, new))

    def over(self, network: Network, note: str) -> Domain:
        """About another network, in which nodes have the numbers that they have here."""
        kept = replace(self, inputs=network, sha=network.sha, notes=(*self.notes, note))
        splits = {name: getattr(self, name) for name in ("train", "val", "test")}
        moved = {name: replace(split, inputs=network) for name, split in splits.items() if split is not None}
        return replace(kept, unlabelled=Examples(network, np.arange(len(network), dtype=np.int64)), **moved)

    def observed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The network, and the labels of nodes."""
        if self.train is None:
            return self.inputs.stored(), {}
        return {**self.inputs.stored(), "labelled": self.train.queries, "labels": np.asarray(self.train.answers)}, {}

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """A column `node`, under any usual name; or the only column."""
        question = usual(question, [NODE])
        if "node" not in question:
            raise DataError(f"expected a column 'node' in the queries, got: {', '.join(question)}; add it")
        problems: dict[int, str] = {}
        lookup = Lookup(self.inputs.places, "node")
        nodes = lookup.of(question["node"], problems)
        refuse(problems, question)
        return Examples(self.inputs, nodes)

    def everything(self) -> Examples:
        """The nodes without an answer."""
        labelled = np.zeros(0, np.int64) if self.train is None else self.train.queries
        nodes = np.setdiff1d(np.arange(len(self.inputs)), labelled)
        if not len(nodes):
            raise DataError(f"expected nodes without an answer in '{self.name}', got none; ask with --queries")
        return Examples(self.inputs, nodes.astype(np.int64))

    def placed(self, answers: AnswerTable) -> Any:
        """A graph of networkx; see `placed.with_nodes`."""
        return placed.with_nodes(self.inputs, self.task, answers, self.train)

    def formats(self) -> Mapping[str, Callable[[AnswerTable, BinaryIO], None]]:
        """GraphML, and tensors."""
        return placed.formats(self.placed, self._held)

    def tensors(self, answers: AnswerTable) -> Any:
        """A `Data` of torch_geometric; see `placed.node_tensors`."""
        return placed.data(self._held(answers))

    def _held(self, answers: AnswerTable) -> dict[str, Any]:
        return placed.node_tensors(self.inputs, self.task, answers, self.train)

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        return {"node": [self.inputs.nodes[node] for node in queries]}


def network_domain(
    name: str,
    network: Network,
    classes: Sequence[str] | Task,
    labels: np.ndarray,
    options: SplitOptions,
    notes: Sequence[str] = (),
    groups: np.ndarray | None = None,
) -> Domain:
    """A domain of all nodes, or of all links, split by the options; labels and groups as for `node_domain`."""
    if options.task == "links":
        return link_domain(name, network, options.test_fraction, options.split_seed, notes)
    strata = np.where(labelled_nodes(labels), 0, -1) if isinstance(classes, Task) else labels
    share_of = options.test_fraction, options.split_seed
    if groups is None or options.test_fraction == 1:
        test = stratified(strata, *share_of)
    else:
        test = drawn_whole(strata, groups, *share_of)
    of = "the nodes with answers" if isinstance(classes, Task) else "every class"
    whole = " in whole groups" if groups is not None else ""
    share = f"{options.test_fraction:.0%} of {of}{whole}, {len(test):,} nodes, are the test (seed {options.split_seed})"
    return node_domain(name, network, classes, labels, test, notes=[*notes, share], groups=groups)


def node_domain(
    name: str,
    network: Network,
    classes: Sequence[str] | Task,
    labels: np.ndarray,
    test: np.ndarray,
    val: np.ndarray | None = None,
    notes: Sequence[str] = (),
    groups: np.ndarray | None = None,
) -> NodeDomain:
    """A domain of all labelled nodes.

    classes their names, or another task
    labels  [V] int, -1 where a node has none; of another task [V, C] float, NaN where a node has none
    test    nodes of the test
    val     nodes for validation; None: validation labels come out of those of training
    groups  [V] int: what stays together in a split; None: every node is alone
    """
    known = labelled_nodes(labels)
    task = classes if isinstance(classes, Task) else Classification(tuple(classes))
    whole = np.array_equal(labels[known].astype(np.int64), labels[known])
    dtype = np.int64 if whole else np.float64  # by the values: a plugin's kind of task may have numbers too
    val = np.zeros(0, np.int64) if val is None else val
    train = np.setdiff1d(np.flatnonzero(known), np.concatenate([test, val]))

    def examples(nodes: np.ndarray) -> Examples | None:
        nodes = nodes[known[nodes]].astype(np.int64)
        own = None if groups is None else groups[nodes]
        return Examples(network, nodes, labels[nodes].astype(dtype), groups=own) if len(nodes) else None

    return NodeDomain(
        name=name,
        task=task,
        inputs=network,
        sha=network.sha,
        train=examples(train),
        val=examples(val),
        test=examples(np.sort(test)),
        unlabelled=Examples(network, np.arange(len(network), dtype=np.int64)),
        notes=tuple(notes),
    )


def restored(task: Task, arrays: Mapping[str, np.ndarray]) -> Domain:
    """The domain of which `observed` returned these arrays: of nodes, or of links.

    Raises:
        UnfitArtefact: they are others.
    """
    network = Network.of_stored(arrays)
    if task.kind == LinkPrediction().kind:
        return observed_links("the stored network", network)
    every = Examples(network, np.arange(len(network), dtype=np.int64))
    made = NodeDomain("the stored network", task, network, network.sha, unlabelled=every)
    if "labels" not in arrays:
        return made
    nodes, labels = arrays.get("labelled", np.zeros(0)), arrays["labels"]
    fits = nodes.dtype == np.int64 and nodes.ndim == 1 and len(nodes) == len(labels)
    if not fits or task.problem(labels) or (len(nodes) and not 0 <= nodes.min() <= nodes.max() < len(network)):
        raise UnfitArtefact("expected a label of each labelled node, got others; write the folder again")
    return replace(made, train=Examples(network, nodes, labels))


def labelled_nodes(labels: np.ndarray) -> np.ndarray:
    """[V] bool: whether a node has an answer, see `node_domain`."""
    return labels >= 0 if labels.ndim == 1 else ~np.isnan(labels).any(1)


def has_classes(domain: Domain) -> bool:
    """Whether its nodes have classes; those of links do not, whose answers are absent and present."""
    return domain.task.classes and isinstance(domain, NodeDomain)


def within_classes(sources: Sequence[Domain]) -> str:
    """How many of the sources' links between labelled nodes stay within a class, beside what chance would give.

    "" where there are none.

    >>> network = Network(("a", "b", "c", "d"), np.array([[0, 1, 2], [1, 2, 3]]))
    >>> within_classes([node_domain("d", network, ("x", "y"), np.array([0, 0, 1, 1]), np.zeros(0, np.int64))])
    "67 % of the sources' links stay within a class (50 % by chance)"
    """
    links = [_linked_classes(source) for source in sources if has_classes(source) and source.train]
    total = sum(len(same) for same, _ in links)
    if not total:
        return ""
    within = sum(int(same.sum()) for same, _ in links) / total
    chance = sum(len(same) * chance for same, chance in links) / total
    return f"{100 * within:.0f} % of the sources' links stay within a class ({100 * chance:.0f} % by chance)"


def _linked_classes(domain: Domain) -> tuple[np.ndarray, float]:
    """[n] bool, whether both ends of each link between two labelled nodes are of one class; by chance, sum_c p_c^2."""
    assert domain.train is not None
    assert domain.train.answers is not None
    labels = np.full(len(domain.inputs), -1)
    labels[domain.train.queries] = domain.train.answers
    source, to = domain.inputs.edges
    labelled = (labels[source] >= 0) & (labels[to] >= 0) & (source != to)
    shares = np.bincount(domain.train.answers) / len(domain.train)
    return labels[source[labelled]] == labels[to[labelled]], float(np.square(shares).sum())
