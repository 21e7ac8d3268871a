"""Parts of a graph that training batches see."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.adapter import KGOptions
from relxfer_kg.domain import kg_domain
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.part import part


def some_graph(entities: int, relations: int, facts: int, seed: int) -> KnowledgeGraph:
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, [entities, relations, entities], size=(facts, 3))
    return KnowledgeGraph(tuple(map(str, range(entities))), tuple(f"r{i}" for i in range(relations)), columns)


graphs = st.builds(some_graph, st.integers(2, 40), st.integers(1, 5), st.integers(1, 120), st.integers(0, 10_000))


@settings(max_examples=60)
@given(graph=graphs, size=st.integers(2, 30), left_out=st.floats(0, 0.9), seed=st.integers(0, 99))
def test_a_part_is_what_the_graph_says_of_its_entities(graph, size, left_out, seed):
    rng = np.random.default_rng(seed)
    roots = graph.facts[rng.integers(len(graph.facts)), [0, 2]]
    cut = part(graph, roots, size, left_out, rng)
    assert set(roots) <= set(cut.entities.tolist())
    assert len(cut.entities) <= max(size, 2)
    inside = np.isin(graph.facts[:, [0, 2]], cut.entities).all(1)
    named = [(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in graph.facts[inside]]
    whole = cut.whole
    assert [(whole.entities[h], whole.relations[r], whole.entities[t]) for h, r, t in whole.facts] == named
    assert set(map(tuple, cut.seen.facts.tolist())) <= set(map(tuple, whole.facts.tolist()))


@settings(max_examples=40)
@given(graph=graphs, seed=st.integers(0, 99))
def test_questions_keep_their_meaning_in_the_part(graph, seed):
    domain = kg_domain("some", graph.entities, graph.relations, graph.facts)
    rng = np.random.default_rng(seed)
    cut = part(graph, graph.facts[0, [0, 2]], 10, 0.0, rng)
    rows = cut.rows(graph, domain.train.queries, domain.train.answers)
    assert {0, 1} <= set(rows.tolist())  # both questions of the fact that rooted it
    queries, answers = cut.renumbered(graph, domain.train.queries[rows], domain.train.answers[rows])
    direct, local = len(graph.relations), len(cut.whole.relations)
    assert cut.entities[queries[:, 0]].tolist() == domain.train.queries[rows, 0].tolist()
    assert cut.entities[answers].tolist() == domain.train.answers[rows].tolist()
    kinds = cut.relations[queries[:, 1] % local] + direct * (queries[:, 1] >= local)
    assert kinds.tolist() == domain.train.queries[rows, 1].tolist()


def test_a_part_grows_to_its_size_where_the_graph_allows():
    ring = np.array([[i, 0, (i + 1) % 100] for i in range(100)])
    graph = KnowledgeGraph(tuple(map(str, range(100))), ("next",), ring)
    cut = part(graph, np.array([0]), 25, 0.0, np.random.default_rng(0))
    assert len(cut.entities) == 25
    assert len(cut.whole.facts) == 24  # an arc


def test_batches_of_a_part_ask_about_the_part_alone_and_never_take_a_truth_for_wrong():
    pytest.importorskip("torch")
    from relxfer_kg.ultra.model import UltraModel, UltraOptions

    graph = some_graph(200, 4, 900, 1)
    domain = kg_domain("some", graph.entities, graph.relations, graph.facts)
    options = KGOptions(negatives=16, part_entities=(20, 60), left_out_fraction=0.9)
    learner = UltraModel(UltraOptions(dim=8, relation_layers=1, entity_layers=1)).learner(options)
    rng = np.random.default_rng(0)
    true = {(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in graph.facts}
    sizes = set()
    for _ in range(20):
        batch = learner.batch(domain.train, rng.permutation(len(domain.train))[:4], rng)
        cut, direct = batch.graph, len(batch.graph.relations)
        sizes.add(cut.num_entities)
        assert bool(learner.loss(batch).isfinite())
        for (entity, relation), candidates in zip(batch.queries.tolist(), batch.candidates.tolist(), strict=True):
            named = [
                (cut.entities[c], cut.relations[relation - direct], cut.entities[entity])
                if relation >= direct
                else (cut.entities[entity], cut.relations[relation], cut.entities[c])
                for c in candidates
            ]
            assert named[0] in true
            assert not true & set(named[1:])
    assert len(sizes) > 5
    assert max(sizes) <= 60


def test_bounds_of_a_part_ascend():
    with pytest.raises(ValueError, match="lower bound first"):
        KGOptions(part_entities=(3000, 300))


@settings(max_examples=40)
@given(graph=graphs, seed=st.integers(0, 99))
def test_questions_about_derived_facts_have_derived_facts_as_answers(graph, seed):
    domain = kg_domain("some", graph.entities, graph.relations, graph.facts)
    rng = np.random.default_rng(seed)
    cut = part(graph, graph.facts[0, [0, 2]], 20, 0.0, rng, derived_chance=1.0)
    rows = cut.rows(graph, domain.train.queries, domain.train.answers)
    before = cut.renumbered(graph, domain.train.queries[rows], domain.train.answers[rows])
    queries, answers = cut.also_of_derived(*before, rng)
    known, direct = set(map(tuple, cut.derived.tolist())), len(cut.whole.relations)
    for (entity, relation), answer, old, right in zip(queries.tolist(), answers.tolist(), *before, strict=True):
        fact = (answer, relation - direct, entity) if relation >= direct else (entity, relation, answer)
        assert fact in known or ([entity, relation], answer) == (old.tolist(), right)


def test_parts_have_derived_relations_as_often_as_asked_and_train_on_them():
    pytest.importorskip("torch")
    from relxfer_kg.ultra.model import UltraModel, UltraOptions

    graph = some_graph(200, 4, 900, 1)
    domain = kg_domain("some", graph.entities, graph.relations, graph.facts)
    options = KGOptions(negatives=16, part_entities=(20, 60), left_out_fraction=0.5, derived_probability=0.5)
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
