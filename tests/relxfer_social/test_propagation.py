"""Label propagation by hand, and what it may not depend on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from relxfer_social.features.spreading import weights
from relxfer_social.network import Network, both_ways
from relxfer_social.propagation import LabelPropagation, frequencies

import relxfer
from relxfer import Classification, Domain, Examples, Incompatible
from relxfer.plan.views import target_view

BLOCKS = {"use": "blocks", "nodes": 80, "mean_degree": 5.0, "width": 6, "seed": 1}


def network(*edges: tuple[int, int], nodes: int = 4) -> Network:
    return Network(tuple("abcdefghij"[:nodes]), np.array(edges, np.int64).reshape(-1, 2).T)


def learnt(on: Network, nodes: list[int], labels: list[int], classes: int = 2) -> LabelPropagation:
    task = Classification(tuple("xyz"[:classes]))
    made = LabelPropagation(None).attach(Domain("some", task, on), ())
    made.learn([Examples(on, np.array(nodes), np.array(labels))], None)
    return made


def scores(prior: LabelPropagation, on: Network) -> np.ndarray:
    return np.concatenate([*prior.predict(Examples(on, np.arange(len(on))))])


def test_repeated_edges_weigh_more_and_directions_and_loops_nothing():
    """b hangs on a twice and on c once; a is labelled x, c is labelled y."""
    once, twice = network((0, 1), (2, 1)), network((0, 1), (0, 1), (2, 1), (1, 1))
    assert weights(twice).toarray()[:3, :3].tolist() == [[0, 2, 0], [2, 0, 1], [0, 1, 0]]
    assert np.array_equal(weights(Network(twice.nodes, both_ways(twice.edges))).toarray(), weights(twice).toarray())
    even = scores(learnt(once, [0, 2], [0, 1]), once)[1]
    uneven = scores(learnt(twice, [0, 2], [0, 1]), twice)[1]
    assert even[0] == pytest.approx(even[1])
    assert uneven[0] > uneven[1] + 0.1


def test_nodes_that_no_label_reaches_have_the_frequencies_of_classes():
    """c and d are a component of their own, e is linked to nothing."""
    apart = network((0, 1), (2, 3), nodes=5)
    found = np.exp(scores(learnt(apart, [0, 1, 1], [0, 1, 1]), apart)[2:])
    wanted = frequencies(np.array([0, 1, 1]), 2)
    assert found / found.sum(1, keepdims=True) == pytest.approx(np.tile(wanted, (3, 1)), rel=1e-5)


def test_a_network_without_links():
    alone = network(nodes=3)
    assert scores(learnt(alone, [0], [1]), alone).argmax(1).tolist() == [1, 1, 1]


def test_labels_of_one_class_alone():
    chain = network((0, 1), (1, 2), (2, 3))
    found = scores(learnt(chain, [0], [1]), chain)
    assert np.isfinite(found).all()
    assert found.argmax(1).tolist() == [1] * 4


def test_it_is_stored_by_the_names_of_nodes():
    chain = network((0, 1), (1, 2), (2, 3))
    prior = learnt(chain, [0, 3], [0, 1])
    stored = LabelPropagation(None, *prior.export().state())
    back = Network(chain.nodes[::-1], 3 - chain.edges)
    again = stored.attach(Domain("some", Classification(("x", "y")), back), ())
    assert scores(again, back)[::-1] == pytest.approx(scores(prior, chain))
    with pytest.raises(Incompatible, match="none called d"):
        scores(again, network((0, 1), nodes=3))


def test_labels_of_the_test_change_nothing(loaded, tables):
    nodes = "node,label,split\n0,a,train\n1,b,train\n2,a,test\n10,b,test\n11,a,train\n"
    whole = loaded(**tables(nodes=nodes), features=[])
    permuted = replace(whole, test=replace(whole.test, answers=whole.test.answers[::-1].copy()))
    assert not np.array_equal(permuted.test.answers, whole.test.answers)
    found = []
    for domain in (whole, permuted):
        view = target_view(domain, ("target-labels",), "all", 0, validated=False)
        prior = LabelPropagation(None).attach(view, ())
        prior.learn([view.train], None)
        found.append(scores(prior, domain.inputs))
    assert np.array_equal(*found)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    config = {
        "name": "priors",
        "threads": 1,
        "device": "cpu",
        "seeds": [0, 1],
        "source": {"datasets": [{**BLOCKS, "test_fraction": 0.0, "seed": 0}], "model": {"use": "gcn", "hidden": 8}},
        "target": {"dataset": BLOCKS, "label_budgets": [0, 10]},
        "training": {"steps": 2, "batch_size": 8, "validations": 0},
        "strategy": [{"use": "finetune"}, {"use": "mmd"}],
    }
    return relxfer.run(config, out=tmp_path_factory.mktemp("priors"))


def test_a_run_has_them_where_there_are_labels_and_by_the_labels_that_are_drawn(results):
    found = [(c.strategy, c.budget, c.seed, c.status, c.label_count) for c in results.cells if c.role == "prior"]
    names = ("label-propagation", "majority-class")
    assert sorted(found) == [(name, 10, seed, "done", 10) for name in names for seed in (0, 1)]
    spread_ = [cell.evaluation for cell in results.cells if cell.strategy == "label-propagation"]
    assert len(set(spread_)) == 2


def test_what_is_given_labels_has_to_beat_them_and_nothing_else_has(results):
    rows = {row.strategy: row for row in results.rows if row.budget == 10}
    against = {name: {each.name for each in row.gain.against} for name, row in rows.items() if row.gain}
    assert against["finetune"] == {"scratch", "label-propagation", "majority-class"}
    assert against["mmd"] == {"zero-shot"}


def test_the_heavier_neighbour_decides():
    """b is between a, labelled x, and c, labelled y."""
    for weights_, best in (([1, 3], 1), ([3, 1], 0)):
        chain = replace(network((0, 1), (2, 1), nodes=3), weights=np.array(weights_, np.float32))
        assert scores(learnt(chain, [0, 2], [0, 1]), chain)[1].argmax() == best
    repeated = network((0, 1), (2, 1), (2, 1), (2, 1), nodes=3)
    thrice = replace(network((0, 1), (2, 1), nodes=3), weights=np.array([1, 3], np.float32))
    assert np.array_equal(weights(repeated).toarray(), weights(thrice).toarray())
