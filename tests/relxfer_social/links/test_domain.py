"""Links as a domain: what is observed, what is asked, what leaves with a budget; and predictors that only count."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.data.blocks import load
from relxfer_social.links.domain import link_domain, not_linked, observed_links, pairs_of
from relxfer_social.network import Network, both_ways
from relxfer_social.options import BlocksOptions

import relxfer
from relxfer.errors import BadQuestions, DataError, Incompatible
from relxfer.plan.views import target_view
from relxfer.report.wording import _budgets
from relxfer.results.records import Count, MetricSummary, TargetSummary

LINKS = Count(queries=180, units=90)
SMALL = {"use": "blocks", "nodes": 60, "mean_degree": 6.0, "width": 6, "task": "links"}


def codes(pairs: np.ndarray) -> set[tuple[int, int]]:
    return {tuple(sorted(map(int, pair))) for pair in pairs}


@pytest.fixture
def domain():
    return load(BlocksOptions(**{k: v for k, v in SMALL.items() if k != "use"}), {})


def test_test_links_are_in_no_input_and_training_pairs_are_true(domain):
    observed = codes(pairs_of(domain.inputs))
    linked = codes(domain.test.queries[domain.test.answers == 1])
    absent = codes(domain.test.queries[domain.test.answers == 0])
    assert not observed & linked
    assert not (observed | linked) & absent
    assert len(linked) == len(absent) == len(domain.test) / 2
    assert codes(domain.train.queries[domain.train.answers == 1]) == observed
    assert not codes(domain.train.queries[domain.train.answers == 0]) & observed


def test_a_link_beyond_the_budget_leaves_the_network(domain):
    view = target_view(domain, ("target-labels",), 40, seed=0)
    kept = codes(view.train.queries[view.train.answers == 1]) | codes(view.val.queries[view.val.answers == 1])
    assert len(kept) == 40
    assert codes(pairs_of(view.inputs)) == kept
    assert view.sha != domain.sha


@pytest.mark.parametrize(("budget", "kept"), [(5, 1), (20, 4), (100, 20)])
def test_a_fifth_of_a_budget_of_links_is_for_validation(domain, budget, kept):
    view = target_view(domain, ("target-labels",), budget, seed=0)
    assert len(view.val) == 2 * kept  # beside each link a pair that is not linked
    assert len(view.train) == 2 * (budget - kept)
    assert np.bincount(view.val.answers).tolist() == [kept, kept]


@pytest.mark.parametrize("needs", [(), ("target-inputs",), ("target-labels",)])
def test_a_budget_is_that_of_everybody(domain, needs):
    """Predictors that need no label see no more links than those that are trained on them."""
    view = target_view(domain, needs, 10, seed=0)
    assert len(pairs_of(view.inputs)) == 10
    assert view.unlabelled is None or len(view.unlabelled) == 20


def test_validation_links_are_asked_of_a_network_without_them(domain):
    view = target_view(domain, ("target-labels",), "all", seed=0)
    held = codes(view.val.queries[view.val.answers == 1])
    assert held
    assert not held & codes(pairs_of(view.val.inputs))
    assert held <= codes(pairs_of(view.inputs)), "as messages they go on serving the test"


@pytest.mark.parametrize("fraction", [0.01, 0.2, 1.0])
def test_a_share_of_the_links_is_observed_and_no_other_label_given(domain, fraction):
    thin = domain.observe(fraction)
    whole = len(pairs_of(domain.inputs))
    assert len(pairs_of(thin.inputs)) == max(1, round(whole * fraction))
    assert codes(thin.train.queries[thin.train.answers == 1]) == codes(pairs_of(thin.inputs))
    assert thin.test.queries.tolist() == domain.test.queries.tolist()
    assert thin.test.inputs is thin.inputs


@given(st.integers(2, 12), st.integers(0, 1000))
def test_pairs_that_are_not_linked_are_just_that(size, seed):
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, size, (2, size))
    network = Network(tuple(map(str, range(size))), both_ways(edges))
    free = size * (size - 1) // 2 - len(pairs_of(network))
    found = not_linked(network, free, np.random.default_rng(seed))
    assert len(codes(found)) == free
    assert not codes(found) & codes(network.edges.T)
    with pytest.raises(Incompatible, match="not linked"):
        not_linked(network, free + 1, rng)


def test_a_network_without_links_is_refused():
    with pytest.raises(Incompatible, match="links to train on"):
        link_domain("empty", Network(("a", "b"), np.zeros((2, 0), np.int64)), 0.2, 0)


def run(folder, task) -> dict[str, str]:
    """The status of every strategy, from a model of links to a target of links or of nodes."""
    config = {
        "name": "links",
        "threads": 1,
        "device": "cpu",
        "source": {
            "datasets": [{**SMALL, "test_fraction": 0.0}],
            "model": {"use": "gcn", "hidden": 8},
            "training": {"steps": 3, "batch_size": 64},
        },
        "target": {"dataset": {**SMALL, "seed": 1, "task": task}},
        "training": {"steps": 3, "batch_size": 64},
        "strategy": [{"use": "finetune"}, {"use": "mmd"}],
    }
    return {cell.strategy: cell.status for cell in relxfer.run(config, out=folder).cells}


def test_links_run_in_every_role(tmp_path):
    priors = ("adamic-adar", "resource-allocation", "preferential-attachment")
    assert run(tmp_path, "links") == dict.fromkeys(("finetune", "mmd", "zero-shot", "scratch", *priors), "done")


def test_a_model_of_links_goes_on_with_nodes_and_heuristics_do_not(tmp_path):
    found = run(tmp_path, "nodes")
    priors = dict.fromkeys(("label-propagation", "majority-class"), "done")
    assert found == {"finetune": "done", "mmd": "refused", "zero-shot": "refused", "scratch": "done", **priors}


def test_the_report_says_what_a_budget_of_links_is(domain):
    """`test_a_link_beyond_the_budget_leaves_the_network` says that it is so."""
    target = TargetSummary(
        task="link-prediction",
        metrics=(MetricSummary(name="auc"),),
        labels_per="target",
        self_supervised=True,
        counts={"train": LINKS},
        budgeted=domain.budgeted,
    )
    results = SimpleNamespace(rows=[SimpleNamespace(target="friends", budget=10)])
    assert _budgets(results, "friends", target) == [
        "a label budget is the number of observed links, validation included; the others are not input either"
    ]


def test_all_links_that_are_known_are_observed(domain):
    whole = domain.whole()
    linked = domain.test.queries[domain.test.answers == 1]
    assert codes(pairs_of(whole.inputs)) == codes(pairs_of(domain.inputs)) | codes(linked)
    assert whole.test is None
    assert whole.sha == whole.inputs.sha != domain.sha
    assert observed_links("again", Network.of_stored(whole.observed()[0])).sha == whole.sha


def test_new_links_are_observed_too(domain):
    pair = domain.everything().queries[0]
    names = [[domain.inputs.nodes[node]] for node in pair]
    grown = domain.with_new(dict(zip(("source", "target"), names, strict=True)))
    assert codes(pairs_of(grown.inputs)) - codes(pairs_of(domain.inputs)) == codes([pair])
    assert grown.notes[-1] == "added: 1 link to the network"
    assert grown.test.inputs is grown.inputs


def test_every_pair_without_a_link_is_asked_unless_there_are_too_many(domain, monkeypatch):
    asked, size = codes(domain.everything().queries), len(domain.inputs)
    assert not asked & codes(pairs_of(domain.inputs))
    assert len(asked) + len(pairs_of(domain.inputs)) == size * (size - 1) // 2
    monkeypatch.setattr("relxfer_social.links.domain.MOST_PAIRS", 10)
    with pytest.raises(DataError, match="at most 10 pairs of nodes, got 1,770; ask with --queries"):
        domain.everything()


def test_rows_with_unknown_nodes_are_told_and_the_rest_is_left(domain):
    first, second = domain.inputs.nodes[:2]
    with pytest.raises(BadQuestions) as error:
        domain.ask({"source": [first, "nobody"], "target": [second, first]})
    assert list(error.value.rows) == [1]
    assert error.value.rest == {"source": [first], "target": [second]}
