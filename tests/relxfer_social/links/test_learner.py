"""The learner of links: scores are the same either way, and sources alone are thinned."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.links.domain import link_domain, pairs_of
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions

import relxfer
from relxfer import Examples
from relxfer.errors import Incompatible


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


def test_sources_alone_are_thinned():
    source, target = links(0), links(1)
    ready = learner(NetworkOptions(agreement=("dorm",), kept_link_fraction=0.01), target, (source,))

    def messages(domain, hidden=False) -> int:
        examples = domain.train.hidden() if hidden else domain.train
        return ready.batch(examples, np.arange(1), np.random.default_rng(3)).graph.edges.shape[1]

    whole = {domain.name: 2 * len(pairs_of(domain.inputs)) - 2 for domain in (source, target)}
    assert messages(source) < whole[source.name]
    assert messages(source, hidden=True) == whole[source.name]
    assert messages(target) == whole[target.name]


def test_scores_do_not_tell_which_node_comes_first():
    domain = links(0)
    ready = learner(NetworkOptions(agreement=("dorm",), counts=True), None, (domain,))
    ways = (domain.test.queries, domain.test.queries[:, ::-1].copy())
    first, second = (np.concatenate(list(ready.predict(Examples(domain.inputs, way)))) for way in ways)
    np.testing.assert_allclose(first, second, rtol=1e-5)


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


def test_a_model_that_knows_other_things_of_pairs_is_refused():
    source, target = links(0), links(1)
    model = learner(NetworkOptions(agreement=("dorm",)), None, (source,)).export()
    loaded = gcn(GNNOptions(hidden=8), *model.state())
    with pytest.raises(Incompatible, match="give agreement and counts"):
        learner(NetworkOptions(agreement=("dorm",), counts=True), target, (source,), loaded)


def test_pairs_run_in_every_role(tmp_path):
    blocks = {"use": "blocks", "nodes": 60, "mean_degree": 6.0, "width": 6, "task": "links"}
    config = {
        "name": "pairs",
        "threads": 1,
        "device": "cpu",
        "source": {
            "datasets": [{**blocks, "test_fraction": 0.0}],
            "model": {"use": "graphsage", "hidden": 8, "layers": 1},
            "training": {"steps": 3, "batch_size": 64},
        },
        "target": {
            "dataset": {**blocks, "seed": 1},
            "adapter": {"use": "networks", "counts": True, "kept_link_fraction": 0.1},
        },
        "training": {"steps": 3, "batch_size": 64},
        "strategy": [{"use": "finetune"}, {"use": "l2-sp"}, {"use": "mmd"}],
    }
    found = {cell.strategy: cell.status for cell in relxfer.run(config, out=tmp_path).cells}
    assert {name: found[name] for name in ("finetune", "l2-sp", "mmd", "zero-shot", "scratch")} == dict.fromkeys(
        ("finetune", "l2-sp", "mmd", "zero-shot", "scratch"), "done"
    )
