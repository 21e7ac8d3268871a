"""The adapter of networks: what it attaches, what it says of source and target, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.domain import node_domain
from relxfer_social.links.domain import link_domain
from relxfer_social.links.learner import LinkLearner
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions
from relxfer_social.priors import AdamicAdar

from relxfer.errors import Incompatible
from relxfer.judge.metrics.regression import Regression

RING = both_ways(np.stack([np.arange(6), np.roll(np.arange(6), 1)]))


def people(columns: tuple[str, ...] = ("age", "size"), classes: tuple[str, ...] = ("x", "y")):
    """Six people in a ring, the first two of whom are of the test."""
    features = sp.csr_matrix(np.arange(6 * len(columns), dtype=np.float32).reshape(6, -1) + 1)
    network = Network(tuple("abcdef"), RING, features, columns)
    return node_domain("people", network, classes, np.arange(6) % 2, np.array([0, 1]))


def adapter(**options) -> NetworkAdapter:
    return NetworkAdapter(NetworkOptions(**options))


def test_an_untrained_model_gets_every_column_of_source_and_target():
    source, target = people(("age", "size")), people(("size", "wage"))
    model = gcn(GNNOptions(hidden=4))
    adapter().attach(model, target, (source,))
    assert set(model.columns) == {"age", "size", "wage"}
    assert model.inputs == 3
    assert model.task.answers == ("x", "y")


def test_other_classes_get_a_new_head():
    model = gcn(GNNOptions(hidden=4))
    adapter().attach(model, people(), ())
    model.learnt = True
    before = model.network.head
    learner = adapter().attach(model, people(classes=("p", "q")), ())
    assert learner.head is not before
    assert model.task.answers == ("p", "q")


def test_links_have_a_learner_of_their_own_and_priors_none():
    target = link_domain("people", people().inputs, 0.2, 0)
    assert isinstance(adapter().attach(gcn(GNNOptions(hidden=4)), target, ()), LinkLearner)
    prior = AdamicAdar(None)
    assert adapter().attach(prior, target, ()) is prior
    with pytest.raises(Incompatible, match="pairs of nodes to score"):
        adapter().attach(prior, people(), ())


def test_a_model_of_something_else_is_refused():
    with pytest.raises(Incompatible, match="a model of networks"):
        adapter().attach(SimpleNamespace(task=people().task), people(), ())


def test_it_says_how_many_features_are_shared_by_name():
    assert "features: 1 of 2 are the sources' by name" in adapter().relate([people()], people(("size", "wage")))
    assert "features: structure" in adapter(features=("structure",)).relate([people()], people())
    nameless = people()
    nameless = replace(nameless, inputs=Network(tuple("abcdef"), RING, nameless.inputs.features))
    assert "features: 2 without names, taken in their order" in adapter().relate([people()], nameless)


def test_counts_and_audit():
    domain = people()
    assert adapter().counts(domain) == {"nodes": 6, "edges": 12, "classes": 2, "features": 2}
    numbers = replace(domain, task=Regression(("age", "wage")))
    assert adapter().counts(numbers) == {"nodes": 6, "edges": 12, "answers": 2, "features": 2}
    assert adapter().audit(domain) == {"test nodes": 2, "also in training": 0}
    leaking = replace(domain, test=domain.train)
    assert adapter().audit(leaking) == {"test nodes": 4, "also in training": 4}
    links = link_domain("people", domain.inputs, 0.4, 0)
    assert adapter().audit(links) == {"test links": 2, "also in the network": 0}
    assert adapter().audit(replace(links, test=links.train)) == {"test links": 4, "also in the network": 8}
