import numpy as np
import pytest
import torch
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

pytestmark = pytest.mark.processor

QUERIES = torch.tensor([[0, 0], [3, 1], [5, 4], [5, 4], [7, 7], [0, 2]])


def test_parts_cover_every_parameter_once_head_last(small_trix):
    names, modules = zip(*small_trix.parts(), strict=True)
    assert names == (
        "relation_model.layers.0", "entity_model_1.layers.0", "relation_model.node_mlp", "relation_model.layers.1",
        "entity_model_2.layers.0", "entity_model_2.layers.1", "head",
    )  # fmt: skip
    assert modules[-1] is small_trix.head
    assert sorted(id(p) for m in modules for p in m.parameters()) == sorted(id(p) for p in small_trix.parameters())


def test_weight_zero_hides_facts_and_not_meetings(small_trix, random_graph):
    graph = random_graph()
    hidden = graph.edges_of(graph.facts[:3])
    thin = graph.without(hidden[: len(graph.facts)])
    without = small_trix(thin, QUERIES)
    weighted = small_trix(graph, QUERIES, torch.from_numpy(~hidden).double())
    assert not torch.allclose(weighted, without)  # relations meet where the facts were
    incidence = graph.kept("incidence", lambda: None)
    thin = KnowledgeGraph(thin.entities, thin.relations, thin.facts)
    thin.kept("incidence", lambda: incidence)
    torch.testing.assert_close(weighted, small_trix(thin, QUERIES), rtol=1e-12, atol=1e-12)


def test_renaming_entities_and_relations_changes_nothing(small_trix, random_graph):
    graph, rng = random_graph(), np.random.default_rng(0)
    entity, relation = rng.permutation(20), rng.permutation(4)
    facts = np.stack([entity[graph.facts[:, 0]], relation[graph.facts[:, 1]], entity[graph.facts[:, 2]]], 1)
    renamed = KnowledgeGraph(graph.entities, graph.relations, facts)
    both = np.concatenate([relation, relation + 4])
    queries = torch.from_numpy(np.stack([entity[QUERIES[:, 0]], both[QUERIES[:, 1]]], 1))
    scores = small_trix(renamed, queries)[:, entity]
    torch.testing.assert_close(scores, small_trix(graph, QUERIES), rtol=1e-9, atol=1e-9)


def test_graphs_without_facts_or_relations_and_batches_without_queries(small_trix, random_graph):
    graph = random_graph()
    assert small_trix(graph, QUERIES[:0]).shape == (0, 20)
    assert torch.isfinite(small_trix(graph.without(np.arange(len(graph.facts))), QUERIES)).all()
    bare = KnowledgeGraph(("a", "b"), (), np.zeros((0, 3), dtype=np.int64))
    assert small_trix(bare, torch.zeros(0, 2, dtype=torch.long)).shape == (0, 2)


@pytest.mark.parametrize(
    ("queries", "candidates", "message"),
    [
        (torch.tensor([0, 1]), None, r"queries as \[B, 2\]"),
        (torch.tensor([[20, 0]]), None, r"query entities in 0..19 \(got 20..20\)"),
        (torch.tensor([[0, 0]]), torch.tensor([[-1]]), r"candidates in 0..19 \(got -1..-1\)"),
    ],
)
def test_misfits_are_refused(small_trix, random_graph, queries, candidates, message):
    with pytest.raises(ValueError, match=message):
        small_trix(random_graph(), queries, candidates=candidates)
