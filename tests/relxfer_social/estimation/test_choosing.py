"""What is chosen where the answer is known, by training labels alone."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.estimation import choosing
from relxfer_social.estimation.choosing import TRIED, _as_good, choice, explains
from relxfer_social.features.node_features import structure
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions

from relxfer import Classification, Examples
from relxfer.judge.metrics.regression import Regression

TWO = Classification(("x", "y"))
OPTIONS = NetworkOptions()


def blocks(nodes: int = 120) -> tuple[Network, np.ndarray]:
    """Two blocks of equal degrees, linked within far more than between."""
    rng, labels = np.random.default_rng(0), np.arange(nodes) % 2
    pairs = rng.integers(0, nodes, (2, 8 * nodes))
    kept = (pairs[0] < pairs[1]) & ((labels[pairs[0]] == labels[pairs[1]]) | (rng.random(8 * nodes) < 0.1))
    return Network(tuple(map(str, range(nodes))), both_ways(np.unique(pairs[:, kept], axis=1))), labels


def labelled(network: Network, labels: np.ndarray, count: int) -> Examples:
    nodes = np.random.default_rng(1).permutation(len(network))[:count]
    return Examples(network, nodes, labels[nodes])


def test_blocks_are_told_by_the_labels_of_others():
    network, labels = blocks(800)
    made = choice(network, labelled(network, labels, 150), TWO, OPTIONS, 2)
    assert made.kinds == ("structure", "labels")
    assert made.explained[made.kinds] > 0.4
    assert set(made.explained) == set(TRIED)
    assert "structure and labels 0." in str(made)


def test_numbers_of_sparse_blocks_are_told_by_eigenvectors():
    """Few nodes have a labelled one within two links, and numbers are not propagated."""
    network, labels = blocks(800)
    made = choice(network, labelled(network, labels[:, None] + 1.5, 40), Regression(("level",)), OPTIONS, 2)
    assert made.kinds == ("spectral",)
    assert ("structure", "labels") not in made.explained


def test_what_is_better_by_chance_alone_is_not_taken():
    assert _as_good(np.array([0.5, -0.4, 0.3, -0.2]))
    assert _as_good(np.zeros(4))
    assert not _as_good(np.array([0.5, 0.4, 0.3, 0.4]))


def test_labels_that_are_tried_are_never_a_nodes_own():
    """Links at random: with its own label among the features, every node would be told right."""
    network, labels = blocks()
    shuffled = np.random.default_rng(5).permutation(labels)
    made = choice(network, labelled(network, shuffled, 60), TWO, OPTIONS, 2)
    assert made.explained[("structure", "labels")] < 0.1


def test_degrees_are_told_by_the_structure_alone():
    """As numbers, of which every further column explains next to nothing more."""
    network = Network(tuple(map(str, range(150))), np.random.default_rng(0).integers(0, 150, (2, 600)))
    degrees = structure(network)[:, :1].astype(np.float64)
    made = choice(network, labelled(network, degrees, 100), Regression(("degree",)), OPTIONS, 0)
    assert made.kinds == ("structure",)
    assert made.explained[("structure",)] > 0.99


def test_labels_at_random_explain_nothing():
    network, labels = blocks()
    shuffled = np.random.default_rng(2).permutation(labels)
    made = choice(network, labelled(network, shuffled, 80), TWO, OPTIONS, 2)
    assert max(made.explained.values()) < 0.15


@pytest.mark.parametrize("given", [0, 4])
def test_few_labels_choose_nothing(given):
    network, labels = blocks()
    assert choice(network, labelled(network, labels, given), TWO, OPTIONS, 2) == choosing.Choice(("structure",), {})
    assert choice(network, None, TWO, OPTIONS, 2).kinds == ("structure",)


def test_nothing_is_computed_on_a_very_large_network(monkeypatch):
    network, labels = blocks()
    monkeypatch.setattr(choosing, "LARGEST", 119)
    monkeypatch.setattr(choosing, "features_of", None)
    assert choice(network, labelled(network, labels, 40), TWO, OPTIONS, 2).kinds == ("structure",)


def test_it_is_computed_once_for_the_same_labels(monkeypatch):
    network, labels = blocks()
    first = choice(network, labelled(network, labels, 40), TWO, OPTIONS, 2)
    monkeypatch.setattr(choosing, "features_of", None)
    assert choice(network, labelled(network, labels, 40), TWO, OPTIONS, 2) is first


def test_what_is_explained_is_that_of_fits_without_each_row():
    """Every row left out for real, by the penalty that does best."""
    rng = np.random.default_rng(3)
    rows, targets = rng.normal(size=(12, 4)), rng.normal(size=(12, 2))
    rows = rows - rows.mean(0)
    unit = np.square(rows).sum() / len(rows)

    def error(penalty: float) -> float:
        total = 0.0
        for left in range(12):
            others = np.delete(np.arange(12), left)
            # the mean of all features is known, since no label is in it; that of the targets is fitted
            design = np.column_stack([rows[others], np.ones(11)])
            pull = np.diag([penalty] * 4 + [0.0])
            fit = np.linalg.solve(design.T @ design + pull, design.T @ targets[others])
            total += float(np.square(targets[left] - np.append(rows[left], 1) @ fit).sum())
        return total

    by_mean = sum(np.square(targets[i] - np.delete(targets, i, 0).mean(0)).sum() for i in range(12))
    wanted = 1 - min(error(strength * unit) for strength in choosing.STRENGTHS) / by_mean
    assert explains(rows, targets)[0] == pytest.approx(wanted)
    assert explains(rows, np.ones((12, 1)))[0] == 0
