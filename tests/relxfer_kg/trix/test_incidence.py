"""The sums over meetings, against the meetings themselves."""

import numpy as np
import pytest
import torch
from relxfer_kg.trix.families import FAMILIES
from relxfer_kg.trix.incidence import Incidence, incidence_of

pytestmark = pytest.mark.processor


def meetings(graph):
    """Edges (receiver, sender, entity) of each family, one by one."""
    heads = [{int(r) for v, r in zip(graph.edges[0], graph.edges[2], strict=True) if v == e} for e in range(20)]
    tails = [{int(r) for v, r in zip(graph.edges[1], graph.edges[2], strict=True) if v == e} for e in range(20)]
    ends = {"h": heads, "t": tails}
    return {
        family: [
            (a, b, e)
            for e in range(graph.num_entities)
            for a in ends[family[0]][e]
            for b in ends[family[1]][e]
            if a != b or family in ("ht", "th")
        ]
        for family in FAMILIES
    }


@pytest.mark.parametrize("relations", [4, 40])  # fewer and more than entities
def test_sums_are_those_over_the_meetings(random_graph, relations):
    graph = random_graph(relations=relations)
    torch.manual_seed(0)
    x = torch.randn(3, graph.num_relations, 5, dtype=torch.float64)
    labels = [torch.randn(3, 20, 5, dtype=torch.float64) for _ in FAMILIES]
    received = Incidence(graph).received(x, labels)
    for (family, edges), label, sums in zip(meetings(graph).items(), labels, received, strict=True):
        expected = torch.zeros_like(x)
        for a, b, e in edges:
            expected[:, a] += label[:, e] * x[:, b]
        assert edges, family
        torch.testing.assert_close(sums, expected)


def test_one_label_for_all_entities_is_broadcast(random_graph):
    graph = random_graph()
    x, label = torch.randn(2, graph.num_relations, 5), torch.randn(1, 1, 5)
    whole = Incidence(graph).received(x, [label.expand(2, 20, 5)] * 4)
    for one, other in zip(Incidence(graph).received(x, [label] * 4), whole, strict=True):
        torch.testing.assert_close(one, other)


def test_it_is_built_once(random_graph):
    graph = random_graph()
    assert incidence_of(graph) is incidence_of(graph)


def test_gradients_are_those_of_the_sums(random_graph):
    graph = random_graph(entities=6, relations=3, facts=8)
    x = torch.randn(1, graph.num_relations, 2, dtype=torch.float64, requires_grad=True)
    labels = [torch.randn(1, 6, 2, dtype=torch.float64, requires_grad=True) for _ in FAMILIES]
    torch.autograd.gradcheck(lambda x, *w: torch.stack(Incidence(graph).received(x, w)), (x, *labels))


def test_a_graph_without_facts_has_no_meetings(random_graph):
    graph = random_graph()
    empty = graph.without(np.arange(len(graph.facts)))
    x = torch.randn(1, graph.num_relations, 3)
    assert not torch.stack(Incidence(empty).received(x, [torch.ones(1, 1, 3)] * 4)).any()
