"""A network for pairs of nodes."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.links.domain import link_domain
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions


def links(seed: int, count: int = 40):
    """Links between people of two dorms, whose numbers are those of the seed's school."""
    rng = np.random.default_rng(seed)
    features = sp.csr_matrix(np.eye(2, dtype=np.float32)[rng.integers(0, 2, count)])
    features = sp.hstack([features, np.ones((count, 1))], format="csr", dtype=np.float32)
    network = Network(tuple(map(str, range(count))), both_ways(rng.integers(0, count, (2, 4 * count))), features)
    named = Network(network.nodes, network.edges, features, (f"dorm={2 * seed}", f"dorm={2 * seed + 1}", "person"))
    return link_domain(f"school {seed}", named, 0.2, 0)


def learner(options: NetworkOptions, target=None, sources=(), model=None):
    return NetworkAdapter(options).attach(model or gcn(GNNOptions(hidden=8)), target, sources)


def test_what_a_pair_shares_is_learnt_at_one_school_and_read_at_another():
    options = NetworkOptions(agreement=("dorm",))
    source, target = links(0), links(1)
    model = learner(options, None, (source,)).export()
    loaded = gcn(GNNOptions(hidden=8), *model.state())
    assert loaded.pairs == ("same dorm", "dorm known")
    ready = learner(options, target, (source,), loaded)
    batch = ready.batch(target.train, np.arange(20), np.random.default_rng(0))
    ready.module.eval()
    with torch.no_grad():
        told = ready.scores(batch)
        with_less = ready.scores(type(batch)(**{**vars(batch), "pair_features": torch.zeros_like(batch.pair_features)}))
    assert not torch.allclose(told, with_less)
    assert [name for name, _ in ready.parts()][-2:] == ["pair", "head"]
