"""Synthetic graphs to pre-train on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.files.splits import pair_units
from relxfer_kg.training.options import RuleGraphOptions
from relxfer_kg.training.rule_graphs import load, rule_graph

FEW = RuleGraphOptions(graphs=3, entities=(60, 200))


@settings(max_examples=30)
@given(entities=st.integers(20, 300), seed=st.integers(0, 999))
def test_facts_of_a_graph_are_distinct_and_few_enough_to_learn_from(entities, seed):
    facts = rule_graph(entities, np.random.default_rng(seed))
    assert facts[:, [0, 2]].max(initial=0) < entities
    assert len(np.unique(facts, axis=0)) == len(facts)
    assert np.bincount(facts[:, 1]).max(initial=0) <= 8 * entities


def test_relations_follow_from_one_another():
    """Far more often than in a graph whose tails are shuffled within each relation."""

    def implied(facts: np.ndarray) -> float:
        """Share of the facts whose pair of entities is linked by another relation, in either direction."""
        units = pair_units(facts, int(facts.max()) + 1)
        kinds = np.unique(np.stack([units, facts[:, 1]], 1), axis=0)[:, 0]
        return float((np.bincount(kinds, minlength=units.max() + 1)[units] > 1).mean())

    rng = np.random.default_rng(0)
    shares = []
    for seed in range(20):
        facts = rule_graph(300, np.random.default_rng(seed))
        shuffled = facts.copy()
        for relation in np.unique(facts[:, 1]):
            rows = facts[:, 1] == relation
            shuffled[rows, 2] = rng.permutation(facts[rows, 2])
        shares.append((implied(facts), implied(shuffled)))
    given_, chance = np.mean(shares, 0)
    assert given_ > 2 * chance


def test_graphs_share_nothing_and_are_drawn_anew_from_the_seed():
    domain = load(FEW, {})
    graph = domain.inputs
    owner = np.array([int(name[1:].split("e")[0]) for name in graph.entities])
    kinds = np.array([int(name[1:].split("r")[0]) for name in graph.relations])
    head, relation, tail = graph.facts.T
    assert set(owner) == {0, 1, 2}
    assert (owner[head] == owner[tail]).all()
    assert (owner[head] == kinds[relation]).all()
    assert domain.sha == load(FEW, {}).sha
    assert domain.sha != load(FEW.model_copy(update={"seed": 1}), {}).sha
    assert len(domain.val) > 0
    assert len(domain.test) > 0


def test_more_graphs_leave_the_first_as_they_are():
    few, more = load(FEW, {}).inputs, load(FEW.model_copy(update={"graphs": 4}), {}).inputs
    assert set(few.entities) < set(more.entities)
    assert set(few.relations) < set(more.relations)


@pytest.mark.parametrize("entities", [(100, 20), (0, 100), (100,)])
def test_sizes_that_make_no_graph_are_refused(entities):
    with pytest.raises(ValueError, match="entities"):
        RuleGraphOptions(entities=entities)
