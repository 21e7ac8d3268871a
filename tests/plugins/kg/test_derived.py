"""Relations that follow from those of a graph, to train on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.adapter import KGOptions
from relxfer_kg.derived import derived
from relxfer_kg.domain import kg_domain
from relxfer_kg.graph import KnowledgeGraph
from relxfer_kg.part import part


def some_graph(entities: int, relations: int, facts: int, seed: int) -> KnowledgeGraph:
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, [entities, relations, entities], size=(facts, 3))
    return KnowledgeGraph(tuple(map(str, range(entities))), tuple(f"r{i}" for i in range(relations)), columns)


graphs = st.builds(some_graph, st.integers(2, 30), st.integers(1, 4), st.integers(1, 150), st.integers(0, 10_000))


def follows_from(graph: KnowledgeGraph) -> list[set[tuple[int, int]]]:
    """What every rule there can be would conclude: copies and reversals, and compositions of two of them."""
    head, tail, kind = graph.edges
    pairs = [set(zip(head[kind == r].tolist(), tail[kind == r].tolist(), strict=True)) for r in np.unique(kind)]
    paths = [
        {(x, z) for x, y in first for y2, z in second if y == y2 and x != z} for first in pairs for second in pairs
    ]
    return pairs + paths


@settings(max_examples=60)
@given(graph=graphs, seed=st.integers(0, 99))
def test_each_new_relation_follows_from_one_rule(graph, seed):
    new = derived(graph.facts, len(graph.relations), np.random.default_rng(seed))
    assert len(np.unique(new, axis=0)) == len(new)
    numbers = np.unique(new[:, 1])
    assert numbers.tolist() == list(range(len(graph.relations), len(graph.relations) + len(numbers)))
    for number in numbers:
        pairs = set(map(tuple, new[new[:, 1] == number][:, [0, 2]].tolist()))
        assert 4 <= len(pairs) <= max(50, len(graph.facts) // 8)
        assert any(pairs <= conclusion for conclusion in follows_from(graph))


def test_compositions_and_copies_come_in_both_directions():
    line = np.array([[i, i % 2, i + 1] for i in range(60)])
    steps = set()
    for seed in range(40):
        new = derived(line, 2, np.random.default_rng(seed))
        steps |= set((new[:, 2] - new[:, 0]).tolist())
    assert steps == {-2, -1, 1, 2}


@settings(max_examples=40)
@given(graph=graphs, seed=st.integers(0, 99))
def test_questions_about_derived_facts_have_derived_facts_as_answers(graph, seed):
    domain = kg_domain("some", graph.entities, graph.relations, graph.facts)
    rng = np.random.default_rng(seed)
    cut = part(graph, graph.facts[0, [0, 2]], 20, 0.0, rng, with_derived=1.0)
    rows = cut.rows(graph, domain.train.queries, domain.train.answers)
    before = cut.renumbered(graph, domain.train.queries[rows], domain.train.answers[rows])
    queries, answers = cut.with_derived(*before, rng)
    known, direct = set(map(tuple, cut.derived.tolist())), len(cut.whole.relations)
    for (entity, relation), answer, old, right in zip(queries.tolist(), answers.tolist(), *before, strict=True):
        fact = (answer, relation - direct, entity) if relation >= direct else (entity, relation, answer)
        assert fact in known or ([entity, relation], answer) == (old.tolist(), right)


def test_parts_have_derived_relations_as_often_as_asked_and_train_on_them():
    pytest.importorskip("torch")
    from relxfer_kg.model import UltraModel, UltraOptions

    graph = some_graph(200, 4, 900, 1)
    domain = kg_domain("some", graph.entities, graph.relations, graph.facts)
    options = KGOptions(negatives=16, part=(20, 60), left_out=0.5, derived=0.5)
    learner = UltraModel(UltraOptions(dim=8, relation_layers=1, entity_layers=1)).learner(options)
    rng, having, asked = np.random.default_rng(0), 0, 0
    for _ in range(40):
        batch = learner.batch(domain.train, rng.permutation(len(domain.train))[:8], rng)
        names = batch.graph.relations
        kinds = [names[relation % len(names)] for relation in batch.queries[:, 1].tolist()]
        having += any(name.startswith("derived") for name in names)
        asked += sum(name.startswith("derived") for name in kinds)
        assert bool(learner.loss(batch).isfinite())
    assert 10 <= having <= 30
    assert 0.1 <= asked / (8 * having) <= 0.4
