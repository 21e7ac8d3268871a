"""Measures between knowledge graphs: what must not matter, and the definitions by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.relatedness import degrees, divergence, energy_distance, measures, meetings, patterns
from scipy import stats
from scipy.spatial.distance import jensenshannon

NAMELESS = ("meetings", "patterns", "degrees")


def graph_of(facts, entities: int, relations: int, letter: str = "r") -> KnowledgeGraph:
    names = tuple(f"e{i}" for i in range(entities)), tuple(f"{letter}{i}" for i in range(relations))
    return KnowledgeGraph(*names, np.asarray(facts, dtype=np.int64).reshape(-1, 3))


@st.composite
def graphs(draw, letter="r"):
    entities, relations, seed = draw(st.integers(2, 9)), draw(st.integers(1, 5)), draw(st.integers(0, 10**6))
    rng, count = np.random.default_rng(seed), draw(st.integers(1, 40))
    return graph_of(np.stack([rng.integers(0, n, count) for n in (entities, relations, entities)], 1),
                    entities, relations, letter)  # fmt: skip


def renumbered(graph: KnowledgeGraph, seed: int, names: str) -> KnowledgeGraph:
    """Entities and relations under other ids, facts in another order, some twice; relation names stay or are new."""
    rng = np.random.default_rng(seed)
    entity, relation = rng.permutation(graph.num_entities), rng.permutation(len(graph.relations))
    head, kind, tail = graph.facts[rng.permutation(len(graph.facts))].T
    facts = np.stack([entity[head], relation[kind], entity[tail]], 1)
    called = [""] * len(relation)
    for old, new in enumerate(relation):
        called[new] = graph.relations[old] if names == "kept" else f"other {new}"
    everyone = tuple(f"x{i}" for i in range(graph.num_entities))
    return KnowledgeGraph(everyone, tuple(called), np.concatenate([facts, facts[:2]]))


@given(graphs(), graphs(), st.integers(0, 99), st.sampled_from(["kept", "new"]))
def test_neither_ids_nor_order_nor_repeats_matter_and_names_only_for_frequencies(graph, other, seed, names):
    found, again = measures(graph, other), measures(renumbered(graph, seed, names), other)
    assert {name: found[name] for name in NAMELESS} == {name: again[name] for name in NAMELESS}
    if names == "kept":
        assert found["frequencies"] == pytest.approx(again["frequencies"], abs=1e-12)


@given(graphs(), st.integers(0, 99))
def test_a_graph_is_most_related_to_itself(graph, seed):
    assert measures(graph, renumbered(graph, seed, "kept")) == dict.fromkeys(("frequencies", *NAMELESS), 0.0)


@given(graphs(), graphs())
def test_measures_are_symmetric_and_never_above_0(graph, other):
    there, back = measures(graph, other), measures(other, graph)
    for name in NAMELESS if isinstance(there["frequencies"], str) else there:
        assert there[name] == pytest.approx(back[name], abs=1e-6)
        assert there[name] <= 0


@given(graphs(), graphs(), st.integers(0, 99))
def test_turning_relations_round_changes_no_nameless_measure(graph, other, seed):
    turned = np.random.default_rng(seed).random(len(graph.relations)) < 0.5
    head, kind, tail = graph.facts.T
    facts = np.stack([np.where(turned[kind], tail, head), kind, np.where(turned[kind], head, tail)], 1)
    found, again = measures(graph, other), measures(KnowledgeGraph(graph.entities, graph.relations, facts), other)
    assert {name: found[name] for name in NAMELESS} == {name: again[name] for name in NAMELESS}


@given(graphs())
def test_what_no_fact_is_about_does_not_count(graph):
    wider = KnowledgeGraph((*graph.entities, "alone"), (*graph.relations, "unused"), graph.facts)
    assert measures(graph, wider) == dict.fromkeys(("frequencies", *NAMELESS), 0.0)


@given(graphs(), graphs())
def test_frequencies_are_the_divergence_of_scipy(graph, other):
    found = measures(graph, other)["frequencies"]
    size = max(len(graph.relations), len(other.relations))
    shares = [np.bincount(np.unique(g.facts, axis=0)[:, 1], minlength=size) for g in (graph, other)]
    if not (shares[0] * shares[1]).any():
        assert found == "no relation name is shared"
    else:
        assert found == pytest.approx(-(jensenshannon(*shares, base=2) ** 2), abs=1e-9)


def test_disjoint_names_have_no_frequencies():
    one, other = graph_of([[0, 0, 1]], 2, 1), graph_of([[0, 0, 1]], 2, 1, letter="q")
    assert measures(one, other) == {"frequencies": "no relation name is shared"} | dict.fromkeys(NAMELESS, 0.0)
    assert divergence({"a": 0.5, "b": 0.5}, {"b": 0.5, "c": 0.5}) == 0.5


@given(graphs())
def test_profiles_are_what_they_are_said_to_be(graph):
    facts = {tuple(fact) for fact in graph.facts.tolist()}
    both_ways = facts | {(t, r + len(graph.relations), h) for h, r, t in facts}
    used = sorted({r for _, r, _ in both_ways})
    at = {r: {h for h, s, _ in both_ways if s == r} for r in used}
    back = {r: (r + len(graph.relations)) % (2 * len(graph.relations)) for r in used}
    met = {r: sum(bool(at[r] & at[s]) for s in used) for r in used}
    assert drawn(meetings(graph)) == counted((np.log2(met[r]), np.log2(met[back[r]])) for r in used)
    rows = []
    for r in used:
        mine = [(h, t) for h, s, t in both_ways if s == r]
        symmetric = sum((t, r, h) in both_ways for h, t in mine)
        others = [{(h, t), (t, h)} for h, s, t in both_ways if s not in (r, back[r])]
        company = sum(any(pair in other for other in others) for pair in mine)
        shares = np.array([len(at[r]), len(at[back[r]]), symmetric, company]) / len(mine)
        rows += [tuple(shares)] * len(mine)
    assert drawn(patterns(graph)) == counted(rows)
    ends = np.bincount([end for h, _, t in facts for end in (h, t)])
    assert drawn(degrees(graph)) == counted((np.log2(n),) for n in ends if n)


def drawn(profile):
    return {tuple(point.round(9)): round(share, 9) for point, share in zip(*profile, strict=True)}


def counted(rows):
    points, counts = np.unique(np.array(list(rows)), axis=0, return_counts=True)
    return drawn((points, counts / counts.sum()))


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=8), st.lists(st.floats(-9, 9), min_size=1, max_size=8))
def test_energy_distance_is_that_of_scipy(first, second):
    profiles = [(np.array(v)[:, None], np.full(len(v), 1 / len(v))) for v in (first, second)]
    assert energy_distance(*profiles) == pytest.approx(stats.energy_distance(first, second), abs=1e-5)
