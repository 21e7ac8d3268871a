"""Labels as features: no node is told its own."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.features.known_labels import PARTS, KnownLabels, parts_of
from relxfer_social.features.spreading import spread
from relxfer_social.network import Network, both_ways

from relxfer import Classification, Examples


def ring(nodes: int = 24) -> Network:
    around = np.arange(nodes)
    return Network(tuple(f"n{node}" for node in around), both_ways(np.stack([around, np.roll(around, 1)])))


@pytest.fixture
def known():
    return KnownLabels(tuple(f"n{node}" for node in range(0, 24, 2)), np.arange(12) % 3, ("x", "y", "z"))


def test_they_are_the_shares_of_what_is_carried(known):
    network = ring()
    carried = spread(network, np.arange(0, 24, 2), known.labels, 3)
    np.testing.assert_allclose(known.features(network), carried / carried.sum(1, keepdims=True))
    assert known.columns == ("label x", "label y", "label z")


def test_every_labelled_node_is_in_one_part_whatever_its_label(known):
    parts = known.parts(ring())
    assert (parts[1::2] == -1).all()
    assert sorted(np.bincount(parts[::2])) == [2, 2, 2, 3, 3]
    others = KnownLabels(known.nodes, 2 - known.labels, known.classes)
    assert np.array_equal(others.parts(ring()), parts)


def test_a_hidden_part_is_as_if_it_had_no_labels(known):
    network = ring()
    for part in range(PARTS):
        seen = known.parts(network)[::2] != part
        others = tuple(name for name, told in zip(known.nodes, seen, strict=True) if told)
        without = KnownLabels(others, known.labels[seen], known.classes)
        np.testing.assert_allclose(known.without(part).features(network), without.features(network))


def test_a_node_that_nothing_reaches_has_the_frequencies_of_the_classes():
    network = Network(("a", "b", "alone"), both_ways(np.array([[0], [1]])))
    made = KnownLabels(("a", "b"), np.array([0, 0]), ("x", "y")).features(network)
    assert made[2].tolist() == [1, 0]


def test_they_are_known_again_from_a_card(known):
    again = KnownLabels.of_card({"known_labels": known.card()})
    assert again == known
    assert hash(again) == hash(known)
    assert known.without(0) != known
    assert KnownLabels.of_card({}) is None
    assert "n0" not in repr(known)


def test_they_are_those_of_examples():
    network = ring()
    task = Classification(("x", "y"))
    known = KnownLabels.of(Examples(network, np.array([3, 1]), np.array([1, 0])), task)
    assert (known.nodes, known.labels.tolist(), known.classes) == (("n3", "n1"), [1, 0], ("x", "y"))


def test_parts_matter_where_a_node_has_a_label(known):
    network = ring()
    assert parts_of(known, network, np.array([1, 3])) is None
    assert parts_of(None, network, np.array([0])) is None
    assert parts_of(known, network, np.array([1, 0]))[0] == -1
