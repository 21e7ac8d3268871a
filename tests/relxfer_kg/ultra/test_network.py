import math

import numpy as np
import pytest
import torch
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.ultra.network import Ultra
from torch.nn import functional as F

pytestmark = pytest.mark.processor

QUERIES = torch.tensor([[0, 0], [3, 1], [5, 4], [5, 4], [7, 7], [0, 2]])


OPTIONS = {
    "as published": {}, "with support": {"support": 0.6}, "with shares": {"shares": True},
    "with half-links": {"half_links": True},
}  # fmt: skip


@pytest.fixture(params=OPTIONS)
def model(request):
    torch.manual_seed(0)
    made = Ultra(dim=8, relation_layers=3, entity_layers=3, **OPTIONS[request.param]).double()
    if made.half_links is not None:
        torch.nn.init.normal_(made.half_links[2].weight)
    return made


def one_query(model, graph, entity, relation, weight):
    """The equations of the paper for a single query, with dense matrices and no sharing of anything."""

    def network(layers, edges, relation_of, boundary, weight):
        x = boundary
        for layer in layers:
            u = boundary.clone()
            for e, (i, j, t) in enumerate(zip(*edges, strict=True)):
                u[i] = u[i] + weight[e] * relation_of(layer)[t] * x[j]
            x = F.relu(layer.layer_norm(layer.linear(torch.cat([x, u], 1)))) + x
        return x

    def boundary(nodes, node, vector):
        return torch.eye(nodes, dtype=vector.dtype)[node][:, None] * vector

    found, direct = model.relation_graph(graph), len(graph.relations)
    meetings = found.adjacency
    columns = [c.tolist() for c in (meetings.receiver, meetings.sender, meetings.type)]
    ones = torch.ones(model.dim, dtype=torch.float64)
    relations = network(
        model.relation_model.layers,
        columns,
        lambda layer: layer.relation.weight,
        boundary(graph.num_relations, relation % direct, ones),
        [1.0] * meetings.num_edges if found.weight is None else found.weight.tolist(),
    )
    vector = relations[relation]
    x = network(
        model.entity_model.layers,
        [c.tolist() for c in graph.edges],
        lambda layer: layer.relation_projection(relations),
        boundary(graph.num_entities, entity, vector),
        weight,
    )
    scores = model.head(torch.cat([x, vector.expand_as(x)], 1))[:, 0]
    return scores + (0 if model.half_links is None else by_counts(model, graph, entity, relation, weight, vector))


def by_counts(model, graph, entity, relation, weight, vector):
    """What counts add, from lists of facts."""
    seen = [edge for edge, factor in zip(zip(*graph.edges, strict=True), weight, strict=True) if factor != 0]
    back = (relation + len(graph.relations)) % graph.num_relations

    def count(of, kind):
        return sum(receiver == of and kind in (None, other) for receiver, _, other in seen)

    def told(number):
        return 0 if number == 0 else math.ceil(math.log2(number)) + 1

    def each(kind):
        holders = [receiver for receiver, _, other in seen if other == kind]
        return math.log2(len(holders) / len(set(holders))) if holders else 0

    own, rows = count(entity, relation), []
    for candidate in range(graph.num_entities):
        answers, asks, degree = count(candidate, back), count(candidate, relation), count(candidate, None)
        told_of_query = [own > 0, told(own), each(relation), each(back)]
        told_of_it = [answers > 0, told(answers), asks > 0, told(asks), told(degree)]
        numbers = torch.tensor([*map(float, told_of_query + told_of_it)], dtype=vector.dtype)
        rows.append(torch.cat([vector, numbers]))
    return model.half_links(torch.stack(rows))[:, 0]


@pytest.mark.parametrize("weighted", [False, True])
def test_batched_scores_follow_the_equations(model, random_graph, weighted):
    graph = random_graph(entities=10, relations=4, facts=15)
    weight = 2 * torch.rand(30, dtype=torch.float64).round() if weighted else None
    with torch.no_grad():
        scores = model(graph, QUERIES, weight)
        for row, (entity, relation) in enumerate(QUERIES.tolist()):
            plain = one_query(model, graph, entity, relation, torch.ones(30) if weight is None else weight)
            torch.testing.assert_close(scores[row], plain, rtol=1e-10, atol=1e-10)


def test_published_names_and_size():
    state = Ultra().state_dict()
    assert sum(value.numel() for value in state.values()) == 168_705
    layer = {f"{name}.{kind}" for name in ("layer_norm", "linear") for kind in ("weight", "bias")}
    projection = {f"relation_projection.{i}.{kind}" for i in (0, 2) for kind in ("weight", "bias")}
    expected = {f"relation_model.layers.{i}.{name}" for i in range(6) for name in layer | {"relation.weight"}}
    expected |= {f"entity_model.layers.{i}.{name}" for i in range(6) for name in layer | projection}
    expected |= {f"entity_model.mlp.{i}.{kind}" for i in (0, 2) for kind in ("weight", "bias")}
    assert state.keys() == expected


def test_entity_states_of_each_querys_own_relation_states(model, random_graph):
    graph = random_graph()
    which = torch.tensor([1, 0, 1])
    states = model.relation_states(graph, torch.tensor([0, 2]))
    vectors = torch.rand(3, 8, dtype=torch.float64)
    sources = torch.tensor([0, 1, 2])
    torch.testing.assert_close(
        model.entity_states(graph, sources, vectors, states, which=which),
        model.entity_states(graph, sources, vectors, states[which]),
    )


def test_parts_cover_every_parameter_once_head_last(model):
    names, modules = zip(*model.parts(), strict=True)
    assert names[0] == "relation_model.layers.0"
    assert names[-1] == "head"
    assert ("half_links" in names) == (model.half_links is not None)
    assert modules[-1] is model.head
    assert sorted(id(p) for m in modules for p in m.parameters()) == sorted(id(p) for p in model.parameters())


def test_weight_zero_hides_the_batchs_own_edges(model, random_graph):
    graph = random_graph()
    hidden = graph.edges_of(graph.facts[:3])
    thin = graph.without(hidden[: len(graph.facts)])
    # The relation graph is never changed by the batch, as in ULTRA: only messages between entities are.
    states = model.relation_states(graph, torch.tensor([0, 1]))
    arguments = torch.tensor([0, 4]), torch.rand(2, 8, dtype=torch.float64), states
    torch.testing.assert_close(
        model.entity_states(graph, *arguments, torch.from_numpy(~hidden).double()),
        model.entity_states(thin, *arguments),
        rtol=1e-12,
        atol=1e-12,
    )


def test_renaming_entities_and_relations_changes_nothing(model, random_graph):
    """Double equivariance (Gao et al. 2023), what makes zero-shot transfer possible."""
    graph, rng = random_graph(), np.random.default_rng(0)
    entity, relation = rng.permutation(20), rng.permutation(4)
    facts = np.stack([entity[graph.facts[:, 0]], relation[graph.facts[:, 1]], entity[graph.facts[:, 2]]], 1)
    renamed = type(graph)(graph.entities, graph.relations, facts)
    both = np.concatenate([relation, relation + 4])
    queries = torch.from_numpy(np.stack([entity[QUERIES[:, 0]], both[QUERIES[:, 1]]], 1))
    scores = model(renamed, queries)[:, entity]
    torch.testing.assert_close(scores, model(graph, QUERIES), rtol=1e-9, atol=1e-9)


def test_a_graph_without_relations():
    graph = KnowledgeGraph(("a", "b"), (), np.zeros((0, 3), dtype=np.int64))
    assert Ultra(dim=8)(graph, torch.zeros(0, 2, dtype=torch.long)).shape == (0, 2)


def test_a_graph_without_facts_and_a_batch_without_queries(model, random_graph):
    graph = random_graph()
    assert model(graph, QUERIES[:0]).shape == (0, 20)
    empty = graph.without(np.arange(len(graph.facts)))
    assert torch.isfinite(model(empty, QUERIES)).all()


@pytest.mark.parametrize(
    ("queries", "candidates", "message"),
    [
        (torch.tensor([0, 1]), None, r"queries as \[B, 2\]"),
        (torch.tensor([[20, 0]]), None, r"query entities in 0..19 \(got 20..20\)"),
        (torch.tensor([[0, 8]]), None, r"query relations in 0..7 \(got 8..8\)"),
        (torch.tensor([[0.0, 1.0]]), None, "query entities as integers"),
        (torch.tensor([[0, 0]]), torch.tensor([[-1]]), r"candidates in 0..19 \(got -1..-1\)"),
    ],
)
def test_misfits_are_refused(model, random_graph, queries, candidates, message):
    with pytest.raises(ValueError, match=message):
        model(random_graph(), queries, candidates=candidates)
