"""Features of a pair of nodes: by hand, and in memory that a hub does not decide."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.features.node_features import features_of
from relxfer_social.features.pair_features import COUNTS, pair_columns, pair_features
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions

from relxfer.errors import Incompatible


def test_a_hub_does_not_decide_how_much_memory_its_pairs_take(peak_mb, star):
    hub = star(5000)
    pairs = np.stack([np.zeros(5000, int), np.arange(1, 5001)], 1)
    found: list[np.ndarray] = []
    assert peak_mb(lambda: found.append(pair_features(hub, pairs, NetworkOptions(counts=True)))) < 200
    shared = found[0][:, COUNTS.index("log of common neighbours")]
    np.testing.assert_allclose(shared, np.log1p(2), rtol=1e-6)


COLUMNS = ("dorm=1", "dorm=2", "year=2004")


#: dorms 1, 1, 2, none; a-b, a-c, b-c, c-d
KNOWN = Network(
    tuple("abcd"),
    both_ways(np.array([[0, 0, 1, 2], [1, 2, 2, 3]])),
    sp.csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 0, 1]], np.float32)),
    COLUMNS,
)


def test_pairs_by_hand():
    options = NetworkOptions(agreement=("dorm",), counts=True)
    found = pair_features(KNOWN, np.array([[0, 1], [0, 2], [1, 3]]), options)
    assert found.shape == (3, len(pair_columns(options)))
    assert found[:, :2].tolist() == [[1, 1], [0, 1], [0, 0.5]]
    # b and d share c alone, which has three links
    counted = [np.log1p(2) + np.log1p(1), np.log1p(2) * np.log1p(1), np.log1p(1)]
    counted += [np.log1p(1 / np.log(3)), np.log1p(100 / 3)]
    assert found[2, 2:] == pytest.approx(counted, rel=1e-6)


def test_an_attribute_that_nobody_has_is_told():
    with pytest.raises(Incompatible, match=r"an attribute of the nodes did you mean 'dorm'.*'dorn'"):
        features_of(KNOWN, NetworkOptions(agreement=("dorn",)))
