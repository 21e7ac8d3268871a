"""What a target's own features mean for a model that comes from a source, and for one that knows the target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.domain import node_domain
from relxfer_social.estimation import choosing
from relxfer_social.estimation.choosing import Choice
from relxfer_social.features.node_features import known_labels
from relxfer_social.links.domain import link_domain
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions

from relxfer.errors import Incompatible
from relxfer.judge.metrics.regression import Regression


def ring(nodes: int, name: str = "ring"):
    """Nodes in a ring with one chord, all labelled."""
    around = np.arange(nodes)
    edges = np.column_stack([np.stack([around, np.roll(around, 1)]), [[0], [nodes // 2]]])
    network = Network(tuple(f"{name} {node}" for node in around), both_ways(edges))
    return node_domain(name, network, ("x", "y"), around * 2 // nodes, np.zeros(0, np.int64))


def adapter(*features: str) -> NetworkAdapter:
    sizes = {"spectral": {"eigenvectors": 3}, "identity": {"identity_width": 8}, "random-walk": {"walk_steps": 4}}
    own = {key: size for kind in features or sizes for key, size in sizes.get(kind, {}).items()}
    return NetworkAdapter(NetworkOptions(features=features or None, **own))


def learnt(*features: str, target=None):
    """A model that has learnt something of a source, or of a target, with every weight that it was built with."""
    torch.manual_seed(0)
    model = gcn(GNNOptions(hidden=4))
    adapter(*features).attach(model, target, () if target else (ring(8, "source"),))
    arrays, card = model.state()
    return gcn(GNNOptions(hidden=4), arrays, card)


def scores(learner, domain) -> np.ndarray:
    return np.concatenate([*learner.predict(domain.unlabelled)])


def test_a_source_has_no_columns_that_are_a_targets_own():
    assert "eigenvector 1" not in learnt("structure", "spectral", "identity", "random-walk").columns
    assert "return in 2 steps" in learnt("structure", "random-walk").columns


def test_weights_of_own_columns_begin_at_0_so_that_nothing_is_predicted_otherwise():
    target, plain, own = ring(12), learnt("structure"), learnt("structure")
    before = adapter("structure").attach(plain, target, ())
    after = adapter("structure", "spectral").attach(own, target, ())
    assert own.columns == (*plain.columns, "eigenvector 1", "eigenvector 2", "eigenvector 3")
    assert scores(after, target) == pytest.approx(scores(before, target), abs=1e-6)
    after.loss(after.batch(target.train, np.arange(12), np.random.default_rng(0))).backward()
    assert own.network.inputs.weight.grad[:, -3:].abs().sum() > 0
    assert any("3 of these are the target's own" in note for note in after.notes())


def test_own_numbers_have_the_scale_of_the_target():
    target, model = ring(12), learnt("structure")
    learner = adapter("structure", "random-walk").attach(model, target, ())
    assert model.scale is None or len(model.scale.means) == model.inputs
    assert learner.graph(target.inputs).features.shape[1] == model.inputs


def test_features_of_one_network_alone_are_nothing_to_learn_from_a_source():
    with pytest.raises(Incompatible, match="features that another network has too, got identity and spectral"):
        learnt("identity", "spectral")


def test_a_source_with_other_features_alone_is_refused_as_ever():
    given = ring(8, "source")
    given = replace(
        given, inputs=replace(given.inputs, features=sp.csr_matrix(np.ones((8, 2))), columns=("age", "size"))
    )
    model = gcn(GNNOptions(hidden=4))
    adapter().attach(model, None, (given,))
    model.learnt, target = True, ring(12)
    with pytest.raises(Incompatible, match=r"some of the model's features \(age, size, ...\)"):
        scores(adapter().attach(model, target, ()), target)


def test_links_have_no_own_features():
    links = link_domain("links", ring(12).inputs, 0.2, 0)
    with pytest.raises(Incompatible, match="features that links do not change"):
        adapter("spectral").attach(gcn(GNNOptions(hidden=4)), links, ())
    assert len(adapter().attach(gcn(GNNOptions(hidden=4)), links, ()).model.columns) == 6


@pytest.fixture
def spectral_is_chosen(monkeypatch):
    monkeypatch.setattr(choosing, "choice", lambda *_: Choice(("structure", "spectral"), {("structure",): 0.0}))


@pytest.mark.usefixtures("spectral_is_chosen")
def test_what_was_chosen_is_kept_with_the_model(monkeypatch):
    target = ring(12)
    made = learnt(target=target)
    monkeypatch.setattr(choosing, "choice", None)
    again = adapter().attach(made, target, ())
    assert again.prepares()["features"] == ["structure", "spectral"]
    assert len(made.columns) == 9


@pytest.mark.usefixtures("spectral_is_chosen")
def test_a_model_of_a_source_gets_what_was_chosen_for_the_target():
    model = learnt()
    assert len(model.columns) == 6
    learner = adapter().attach(model, ring(12), ())
    assert model.columns[6:] == ("eigenvector 1", "eigenvector 2", "eigenvector 3")
    assert any("features chosen by training labels" in note for note in learner.notes())


def test_what_a_source_has_learnt_stays_whatever_the_target_chooses(monkeypatch):
    monkeypatch.setattr(choosing, "choice", lambda *given: Choice(("structure", "random-walk"), {}))
    model = learnt(target=ring(12))
    walked = model.columns
    assert len(walked) > 6
    monkeypatch.setattr(choosing, "choice", lambda *given: Choice(("structure",), {}))
    learner = adapter().attach(model, ring(10, "other"), ())
    assert learner.prepares()["features"] == ["structure", "random-walk"]
    assert model.columns == walked


def test_what_is_chosen_for_a_target_alone_stands_beside_the_structure_of_a_source(monkeypatch):
    monkeypatch.setattr(choosing, "choice", lambda *_: Choice(("spectral",), {("structure",): 0.0}))
    model = learnt()
    adapter().attach(model, ring(12), ())
    assert model.kinds == ("structure", "spectral")
    fresh = gcn(GNNOptions(hidden=4))
    adapter().attach(fresh, ring(12), ())
    assert fresh.kinds == ("spectral",)
    joint = gcn(GNNOptions(hidden=4))
    adapter().attach(joint, ring(12), (ring(8, "source"),))
    assert joint.kinds == ("structure", "spectral")


def test_without_labels_nothing_is_chosen():
    model = gcn(GNNOptions(hidden=4))
    adapter().attach(model, replace(ring(12), train=None), ())
    assert len(model.columns) == 6


@pytest.mark.parametrize("kind", ["spectral", "identity", "labels"])
def test_a_model_that_knows_one_network_answers_on_no_other(kind):
    target = ring(12)
    model = learnt("structure", kind, target=target)
    with pytest.raises(Incompatible, match=f"whose nodes the model knows by {kind}, got another one, 'other'"):
        adapter("structure", kind).attach(model, ring(14, "other"), ())


def test_nodes_and_edges_may_be_added_to_the_network_that_it_knows():
    target = ring(12)
    model = learnt("structure", "spectral", target=target)
    grown = target.with_new({"source": ["ring 3"], "target": ["new"]})
    learner = adapter("structure", "spectral").attach(model, grown, ())
    before = adapter("structure", "spectral").attach(model, target, ()).graph(target.inputs).features[:, 6:]
    after = learner.graph(grown.inputs).features[:, 6:]
    assert torch.equal(after[:12], before)
    assert not after[12:].any()


def test_it_says_beforehand_what_is_the_targets_own():
    source, target = ring(8, "source"), ring(12)
    said = adapter("structure", "spectral").relate([source], target)
    assert "features: structure and spectral, of which spectral are the target's own" in said
    assert "what its training labels choose" in adapter().relate([source], target)
    assert "own" not in adapter("structure", "random-walk").relate([source], target)


def test_labels_are_known_again_with_the_model_whatever_the_labels_are_then():
    target = ring(12)
    model = learnt("structure", "labels", target=target)
    assert model.columns[-2:] == ("label x", "label y")
    assert model.kinds == ("structure", "labels")
    more = replace(target, train=target.train.take(np.arange(3)))
    before = adapter("structure", "labels").attach(model, target, ()).graph(target.inputs).features
    after = adapter("structure", "labels").attach(model, more, ()).graph(target.inputs).features
    assert torch.equal(before, after)
    chosen = adapter().attach(model, more, ()).graph(target.inputs).features
    assert torch.equal(before, chosen)


def test_a_model_of_a_source_gets_columns_for_labels():
    target, model = ring(12), learnt("structure")
    before = scores(adapter("structure").attach(learnt("structure"), target, ()), target)
    after = adapter("structure", "labels").attach(model, target, ())
    assert model.columns[6:] == ("label x", "label y")
    assert scores(after, target) == pytest.approx(before, abs=1e-6)


@pytest.mark.parametrize("train", [None, "numbers"])
def test_labels_that_are_no_classes_or_not_there_are_refused(train):
    target = ring(12)
    if train is None:
        target = replace(target, train=None)
    else:
        numbers = np.arange(12.0)[:, None]
        target = node_domain("n", target.inputs, Regression(("level",)), numbers, np.zeros(0, np.int64))
    with pytest.raises(Incompatible, match=r'labels of classes for features = \["labels"\]'):
        adapter("structure", "labels").attach(gcn(GNNOptions(hidden=4)), target, ())


def test_new_nodes_are_told_labels_of_their_neighbours():
    target = ring(12)
    model = learnt("structure", "labels", target=target)
    grown = target.with_new({"source": ["ring 0"], "target": ["new"]})
    known = adapter("structure", "labels").attach(model, grown, ())
    shares = known_labels(known.options).features(grown.inputs)
    assert shares[12, 0] > 0.5 > shares[6, 0]
    assert shares[12] == pytest.approx(shares[0], abs=0.1)
