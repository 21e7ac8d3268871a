"""What a model knows of a pair of nodes: by hand, the same either way, and only of the observed network."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.features.node_features import features_of
from relxfer_social.features.pair_features import pair_columns, pair_features
from relxfer_social.links.domain import link_domain, pairs_of
from relxfer_social.network import Network, both_ways
from relxfer_social.options import FacebookOptions, NetworkOptions

import relxfer
from relxfer import Examples
from relxfer.errors import Incompatible

COLUMNS = ("dorm=1", "dorm=2", "year=2004")
#: dorms 1, 1, 2, none; a-b, a-c, b-c, c-d
KNOWN = Network(
    tuple("abcd"),
    both_ways(np.array([[0, 0, 1, 2], [1, 2, 2, 3]])),
    sp.csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 0, 1]], np.float32)),
    COLUMNS,
)


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


def test_pairs_by_hand():
    options = NetworkOptions(agreement=("dorm",), counts=True)
    found = pair_features(KNOWN, np.array([[0, 1], [0, 2], [1, 3]]), options)
    assert found.shape == (3, len(pair_columns(options)))
    assert found[:, :2].tolist() == [[1, 1], [0, 1], [0, 0.5]]
    # b and d share c alone, which has three links
    counted = [np.log1p(2) + np.log1p(1), np.log1p(2) * np.log1p(1), np.log1p(1)]
    counted += [np.log1p(1 / np.log(3)), np.log1p(100 / 3)]
    assert found[2, 2:] == pytest.approx(counted, rel=1e-6)


def test_an_attribute_of_pairs_is_no_feature_of_nodes():
    features, columns = features_of(KNOWN, NetworkOptions(agreement=("dorm",)))
    assert columns == ("year=2004",)
    assert features.toarray()[:, 0].tolist() == [1, 0, 1, 1]


def test_an_attribute_that_nobody_has_is_told():
    with pytest.raises(Incompatible, match=r"an attribute of the nodes did you mean 'dorm'.*'dorn'"):
        features_of(KNOWN, NetworkOptions(agreement=("dorn",)))


def test_both_directions_of_a_link_are_drawn_together():
    network = links(0).inputs
    stay = network.drawn(0.5, np.random.default_rng(0))
    assert 0 < stay.sum() < len(stay)
    assert sorted(map(tuple, network.edges[:, stay].T)) == sorted(map(tuple, network.edges[::-1, stay].T))


@pytest.mark.parametrize("edges", [np.zeros((2, 0), np.int64), np.array([[0, 1, 3], [0, 0, 2]])])
def test_edges_between_pairs(edges):
    network = Network(tuple("abcd"), edges)
    asked = np.array([[0, 1], [3, 3], [2, 0]])
    expected = [tuple(sorted(edge)) in {(0, 1), (3, 3), (0, 2)} for edge in edges.T.tolist()]
    assert network.between(asked).tolist() == expected


def test_sources_alone_are_thinned():
    source, target = links(0), links(1)
    ready = learner(NetworkOptions(agreement=("dorm",), thinning=0.01), target, (source,))

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
        with_less = ready.scores(type(batch)(**{**vars(batch), "known": torch.zeros_like(batch.known)}))
    assert not torch.allclose(told, with_less)
    assert [name for name, _ in ready.parts()][-2:] == ["pair", "head"]


def test_a_model_that_knows_other_things_of_pairs_is_refused():
    source, target = links(0), links(1)
    model = learner(NetworkOptions(agreement=("dorm",)), None, (source,)).export()
    loaded = gcn(GNNOptions(hidden=8), *model.state())
    with pytest.raises(Incompatible, match="give agreement and counts"):
        learner(NetworkOptions(agreement=("dorm",), counts=True), target, (source,), loaded)


def test_links_need_no_label_beside_attributes():
    assert FacebookOptions(task="links", attributes=("gender",)).label == "gender"
    with pytest.raises(ValueError, match="beside the label"):
        FacebookOptions(attributes=("gender",))


def test_pairs_run_in_every_role(tmp_path):
    blocks = {"use": "blocks", "nodes": 60, "degree": 6.0, "width": 6, "task": "links"}
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
            "adapter": {"use": "networks", "counts": True, "thinning": 0.1},
        },
        "training": {"steps": 3, "batch_size": 64},
        "strategy": [{"use": "finetune"}, {"use": "l2-sp"}, {"use": "mmd"}],
        "report": {"resamples": 200},
    }
    found = {cell["strategy"]: cell["status"] for cell in relxfer.run(config, out=tmp_path).cells}
    assert {name: found[name] for name in ("finetune", "l2-sp", "mmd", "zero-shot", "scratch")} == dict.fromkeys(
        ("finetune", "l2-sp", "mmd", "zero-shot", "scratch"), "done"
    )
