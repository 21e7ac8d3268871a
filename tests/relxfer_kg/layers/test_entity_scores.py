"""What holds for every network that scores entities."""

import pytest
import torch
from relxfer_kg.layers.entity_scores import asked
from relxfer_kg.trix.network import Trix
from relxfer_kg.ultra.network import Ultra

pytestmark = pytest.mark.processor

QUERIES = torch.tensor([[0, 0], [3, 1], [5, 4], [5, 4], [7, 7], [0, 2]])
NETWORKS = {
    "ultra": lambda: Ultra(dim=8, relation_layers=3, entity_layers=3),
    "ultra with shares": lambda: Ultra(dim=8, relation_layers=3, entity_layers=3, support=0.6, shares=True),
    "ultra with half-links": lambda: Ultra(dim=8, relation_layers=3, entity_layers=3, half_links=True),
    "trix": lambda: Trix(dim=8, relation_layers=(1, 1), entity_layers=(1, 2)),
}


@pytest.fixture(params=NETWORKS)
def model(request):
    torch.manual_seed(0)
    made = NETWORKS[request.param]()
    if made.half_links is not None:
        torch.nn.init.normal_(made.half_links[2].weight)
    return made.double()


def test_candidates_are_columns_of_the_full_scores(model, random_graph):
    graph, candidates = random_graph(), torch.randint(0, 20, (6, 5))
    found = model(graph, QUERIES, candidates=candidates)
    torch.testing.assert_close(found, model(graph, QUERIES).gather(1, candidates), rtol=1e-12, atol=1e-12)


def test_a_query_is_answered_as_if_it_were_asked_alone(model, random_graph):
    graph = random_graph()
    together = model(graph, QUERIES)
    for row, query in enumerate(QUERIES):
        torch.testing.assert_close(together[row], model(graph, query[None])[0])


def test_relation_states_given_are_used(model, random_graph):
    graph = random_graph()
    states = model.relation_states(graph, (QUERIES[:, 1] % 4).unique())
    given, computed = model.encode(graph, QUERIES, states=states), model.encode(graph, QUERIES)
    assert all(torch.equal(one, two) for one, two in zip(given, computed, strict=True))
    assert not torch.equal(model.encode(graph, QUERIES, states=2 * states)[0], given[0])
    assert torch.equal(model(graph, QUERIES, states=states), model(graph, QUERIES))
    assert not torch.equal(model(graph, QUERIES, states=2 * states), model(graph, QUERIES))


def test_gradients_reach_every_parameter_and_repeat_bit_for_bit(model, random_graph):
    graph, model = random_graph(entities=200, relations=30, facts=1500), model.float()
    queries = torch.stack([torch.arange(64), torch.arange(64) % 60], 1)
    candidates = torch.randint(0, 200, (64, 40))

    def gradients():
        model.zero_grad()
        model(graph, queries, candidates=candidates).sigmoid().sum().backward()
        return [parameter.grad.clone() for parameter in model.parameters()]

    first = gradients()
    assert all(gradient.abs().sum() > 0 for gradient in first)
    for _ in range(2):
        assert all(torch.equal(one, two) for one, two in zip(first, gradients(), strict=True))


def test_queries_of_one_relation_share_its_row_in_either_direction(random_graph):
    entities, relations, direct, rows = asked(random_graph(), QUERIES, torch.device("cpu"))
    assert entities.tolist() == QUERIES[:, 0].tolist()
    assert relations.tolist() == QUERIES[:, 1].tolist()
    assert direct.tolist() == sorted({relation % 4 for relation in relations.tolist()})
    assert direct[rows].tolist() == (QUERIES[:, 1] % 4).tolist()
