"""Which features a network without given ones gets, by the labels of its training nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer_social.estimation.ridge import STRENGTHS
from relxfer_social.features.known_labels import KnownLabels
from relxfer_social.features.node_features import features_of, known_labels, seen_as
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions
from relxfer_social.tensors.graph import normalised

#: What is tried, the simplest first.
TRIED = (
    ("structure",),
    ("structure", "random-walk"),
    ("structure", "labels"),
    ("spectral",),
    ("identity",),
)
#: Labels that are used at least, since fewer decide nothing, and at most, since the time grows with their cube.
FEWEST, MOST = 5, 1000
#: Nodes beyond which nothing but the structure is tried, since eigenvectors of large networks take minutes.
LARGEST = 200_000


@dataclass(frozen=True)
class Choice:
    """The kinds of features that were chosen, and of all that were tried the share of the labels' variance that they
    explain at nodes whose label is left out."""

    kinds: tuple[str, ...]
    explained: dict[tuple[str, ...], float]

    def __str__(self) -> str:
        shares = ", ".join(f"{' and '.join(kinds)} {share:.2f}" for kinds, share in self.explained.items())
        return f"features chosen by training labels that are left out, whose variance they explain: {shares}"


def choice(network: Network, labelled: Examples | None, task: Task, options: NetworkOptions, rounds: int) -> Choice:
    """Of `TRIED` the simplest features that predict the training labels best, each left out, by ridge regression on
    what `rounds` rounds of messages make of them (Wu et al. 2019, SGC; the PRESS statistic, Allen 1974).

    Simpler ones are as good where their squared errors are larger by no more than a standard error of the difference
    over nodes (after Breiman, Friedman, Olshen and Stone 1984). No label of validation or test is seen.
    """
    simplest = TRIED[0]
    if labelled is None or labelled.answers is None or len(labelled) < FEWEST or len(network) > LARGEST:
        return Choice(simplest, {})
    rows = np.random.default_rng(0).permutation(len(labelled))[:MOST]
    few = labelled.take(rows)
    key = ("choice", few.digest(), task.width, rounds, repr(options))
    return network.kept(key, lambda: _chosen(network, few, task, options, rounds))


def _chosen(network: Network, labelled: Examples, task: Task, options: NetworkOptions, rounds: int) -> Choice:
    targets = _targets(np.asarray(labelled.answers), task)
    gather = _gathered(network, labelled.queries, rounds, options.undirected)
    explained: dict[tuple[str, ...], float] = {}
    errors: dict[tuple[str, ...], np.ndarray] = {}
    for kinds in TRIED:
        if "labels" in kinds and not task.classes:
            continue
        known = KnownLabels.of(labelled, task) if "labels" in kinds else None
        rows = _rows(network, labelled.queries, gather, seen_as(kinds, options, known))
        explained[kinds], errors[kinds] = explains(_scaled(rows), targets)
    best = errors[max(explained, key=explained.__getitem__)]
    return Choice(next(kinds for kinds, each in errors.items() if _as_good(each - best)), explained)


def _as_good(more: np.ndarray) -> bool:
    """Whether errors that are larger by this [n] are so by chance, as far as their standard error tells."""
    return bool(more.mean() <= more.std(ddof=1) / np.sqrt(len(more)))


def _rows(network: Network, nodes: np.ndarray, gather: sp.csr_matrix, options: NetworkOptions) -> np.ndarray:
    """[n, F]: what messages make of the features of these nodes, without their own labels."""
    rows: np.ndarray = (gather @ features_of(network, options)[0].astype(np.float64)).toarray()
    known = known_labels(options)
    if known is None:
        return rows
    parts = known.parts(network)[nodes]
    for part in np.unique(parts):
        own, seen = parts == part, seen_as(options.features or (), options, known.without(part))
        rows[own] = (gather[own] @ features_of(network, seen)[0].astype(np.float64)).toarray()
    return rows


def explains(rows: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """1 - sum |y_i - f_i|^2 / sum |y_i - m_i|^2, and |y_i - f_i|^2 [n], f_i what a ridge regression on the other rows
    predicts, and m_i the mean of the other targets; of the penalty that does best. rows [n, F], targets [n, C].

    y_i - f_i = (y_i - g_i) / (1 - 1/n - H_ii), g the fit to all rows, H = K (K + r I)^-1, K of the centred rows.

    >>> explains(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([[0.0], [1.0], [2.0], [3.0]]))[0] > 0.9
    True
    """
    count, centred = len(targets), targets - targets.mean(0)
    by_mean = np.square(centred / (1 - 1 / count)).sum()
    rows = rows - rows.mean(0)
    squares, left = np.linalg.eigh(rows @ rows.T)
    unit = max(float(squares.sum()) / count, 1e-12)
    seen, found = left.T @ centred, []
    for strength in STRENGTHS:
        shrunk = np.maximum(squares, 0) / (np.maximum(squares, 0) + strength * unit)
        own = np.square(left) @ shrunk + 1 / count
        apart = (centred - left @ (shrunk[:, None] * seen)) / np.maximum(1 - own, 1e-9)[:, None]
        found.append(np.square(apart).sum(1))
    errors: np.ndarray = min(found, key=np.sum)
    return float(1 - errors.sum() / by_mean) if by_mean > 0 else 0.0, errors


def _targets(answers: np.ndarray, task: Task) -> np.ndarray:
    """[n, C]: a column for each class, label or number, the last over their deviations."""
    if task.classes:
        return np.eye(task.width)[answers]
    values = answers.reshape(len(answers), -1).astype(np.float64)
    return values / np.maximum(values.std(0), 1e-12)


def _gathered(network: Network, nodes: np.ndarray, rounds: int, undirected: bool) -> sp.csr_matrix:
    """[n, V]: rows of P^rounds, P the propagation of a GCN."""
    adjacency = network.adjacency()
    propagation = normalised(adjacency.maximum(adjacency.T).tocsr() if undirected else adjacency).astype(np.float64)
    rows = sp.eye(len(network), format="csr")[nodes]
    for _ in range(rounds):
        rows = rows @ propagation
    return rows


def _scaled(rows: np.ndarray) -> np.ndarray:
    """Columns over their deviations, so that a penalty is the same for all; constant ones are 0."""
    return (rows - rows.mean(0)) / np.where(rows.std(0) > 1e-9, rows.std(0), np.inf)
