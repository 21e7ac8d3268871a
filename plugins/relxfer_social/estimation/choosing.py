"""Which features a network without given ones gets, by the labels of its training nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer_social.estimation.ridge import STRENGTHS
from relxfer_social.features.node_features import features_of, seen_as
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions
from relxfer_social.tensors.graph import normalised

#: What is tried, the simplest first, which is taken where none explains `MORE` than it.
TRIED = (("structure",), ("structure", "random-walk"), ("structure", "spectral"), ("structure", "identity"))
#: Of the variance of labels.
MORE = 0.01
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
    """Of `TRIED` the features that predict the training labels best, each left out, by ridge regression on what
    `rounds` rounds of messages make of them (Wu et al. 2019, SGC; the PRESS statistic, Allen 1974).

    Neither validation labels nor those of the test are seen.
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
    for kinds in TRIED:
        features = gather @ features_of(network, seen_as(kinds, options))[0].astype(np.float64)
        explained[kinds] = explains(_scaled(features.toarray()), targets)
    best = max(explained.values())
    return Choice(next(kinds for kinds, share in explained.items() if share > best - MORE), explained)


def explains(rows: np.ndarray, targets: np.ndarray) -> float:
    """1 - sum |y_i - f_i|^2 / sum |y_i - m_i|^2, f_i what a ridge regression on the other rows predicts, and m_i the
    mean of the other targets; of the penalty that does best. rows [n, F], targets [n, C].

    y_i - f_i = (y_i - g_i) / (1 - 1/n - H_ii), g the fit to all rows, H = K (K + r I)^-1, K of the centred rows.

    >>> explains(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([[0.0], [1.0], [2.0], [3.0]])) > 0.9
    True
    """
    count, centred = len(targets), targets - targets.mean(0)
    by_mean = np.square(centred / (1 - 1 / count)).sum()
    rows = rows - rows.mean(0)
    squares, left = np.linalg.eigh(rows @ rows.T)
    unit = max(float(squares.sum()) / count, 1e-12)
    seen, errors = left.T @ centred, []
    for strength in STRENGTHS:
        shrunk = np.maximum(squares, 0) / (np.maximum(squares, 0) + strength * unit)
        own = np.square(left) @ shrunk + 1 / count
        errors.append(np.square((centred - left @ (shrunk[:, None] * seen)) / np.maximum(1 - own, 1e-9)[:, None]).sum())
    return float(1 - min(errors) / by_mean) if by_mean > 0 else 0.0


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
