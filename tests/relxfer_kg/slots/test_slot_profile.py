"""Which questions have an unknown answer, by the kinds of entities, is probable as often as it is so."""

from __future__ import annotations

import numpy as np
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.slots.slot_profile import SlotProfile, features

LIVES, KNOWS, LIES = 0, 1, 2
PEOPLE, PLACES, COUNTRIES = 150, 30, 5


def world(seed: int, hidden: float) -> tuple[KnowledgeGraph, np.ndarray]:
    """People live in a place each and know people, places lie in a country; and the facts that are hidden."""
    rng = np.random.default_rng(seed)
    people, places = np.arange(PEOPLE), PEOPLE + np.arange(PLACES)
    lives = np.stack([people, np.full(PEOPLE, LIVES), PEOPLE + rng.integers(0, PLACES, PEOPLE)], 1)
    knows = np.stack([rng.integers(0, PEOPLE, 450), np.full(450, KNOWS), rng.integers(0, PEOPLE, 450)], 1)
    lies = np.stack([places, np.full(PLACES, LIES), PEOPLE + PLACES + rng.integers(0, COUNTRIES, PLACES)], 1)
    facts = np.unique(np.concatenate([lives, knows, lies]), axis=0)
    away = rng.random(len(facts)) < hidden
    names = tuple(map(str, range(PEOPLE + PLACES + COUNTRIES)))
    return KnowledgeGraph(names, ("lives in", "knows", "lies in"), facts[~away]), facts[away]


def test_it_is_likely_where_something_of_this_kind_has_none_yet():
    graph, hidden = world(0, 0.15)
    profile = SlotProfile(graph)
    asked = np.stack([np.arange(graph.num_entities), np.full(graph.num_entities, LIVES)], 1)
    likely = profile.probabilities(asked)
    missing = hidden[hidden[:, 1] == LIVES][:, 0]
    has = np.setdiff1d(np.arange(PEOPLE), missing)
    assert likely[missing].min() > 0.5, "a person lives somewhere"
    assert likely[has].max() < 0.2, "and in one place only"
    assert likely[PEOPLE:].max() < 0.2, "a place does not"
    assert set(np.argsort(-likely)[: len(missing)]) == set(missing)


def test_it_is_right_as_often_as_it_says():
    expected, found = 0.0, 0
    for seed in range(3):
        graph, hidden = world(seed, 0.15)
        pairs = np.stack(np.meshgrid(np.arange(graph.num_entities), np.arange(6)), -1).reshape(-1, 2)
        expected += SlotProfile(graph).probabilities(pairs).sum()
        head, relation, tail = hidden.T
        found += len({*zip(head, relation, strict=True), *zip(tail, relation + 3, strict=True)})
    assert 0.7 < expected / found < 1.3


def test_it_is_the_same_each_time():
    graph, _ = world(1, 0.15)
    pairs = np.array([[0, LIVES], [160, LIES], [3, KNOWS]])
    assert np.array_equal(SlotProfile(graph).probabilities(pairs), SlotProfile(graph).probabilities(pairs))


def test_few_facts_say_nothing():
    for facts in ([], [[0, 0, 1]]):
        graph = KnowledgeGraph(("a", "b"), ("r",), np.array(facts, np.int64).reshape(-1, 3))
        assert SlotProfile(graph).probabilities(np.array([[0, 0], [1, 1]])).tolist() == [1.0, 1.0]


def test_features_are_numbers():
    from relxfer_kg.slots.filled_slots import FilledSlots

    graph, _ = world(2, 0.5)
    made = features(FilledSlots(graph), np.array([[0, 0], [184, 5]]))
    assert made.shape == (2, 11)
    assert np.isfinite(made).all()
