"""ULTRA as a source model: sizes, what is stored of it, and its cost."""

import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.ultra.learner import UltraLearner
from relxfer_kg.ultra.model import UltraModel, UltraOptions

SIZES = {"dim": 8, "relation_layers": 1, "entity_layers": 2}


def test_what_is_stored_gives_the_same_scores(random_graph, every_query):
    graph = random_graph()
    model = UltraModel(UltraOptions(**SIZES, support=0.5, shares=True, half_links=True))
    torch.nn.init.ones_(model.network.half_links[2].weight)
    again = UltraModel(UltraOptions(), *model.state())
    assert again.sizes == model.sizes == SIZES | {"shares": True, "half_links": True}
    with torch.no_grad():
        queries = torch.from_numpy(every_query(graph))
        assert torch.equal(again.network(graph, queries), model.network(graph, queries))


def test_weights_from_before_there_were_shares_have_none_whatever_is_asked_for():
    arrays, card = UltraModel(UltraOptions(**SIZES)).state()
    del card["shares"]
    assert UltraModel(UltraOptions(shares=True), arrays, card).sizes["shares"] is False


@pytest.mark.parametrize(
    ("first", "second", "kept"), [(None, None, 0.0), (0.5, None, 0.5), (None, 0.5, 0.5), (0.5, 0.0, 0.0)]
)
def test_support_is_that_of_the_options_else_of_the_checkpoint(first, second, kept):
    arrays, card = UltraModel(UltraOptions(**SIZES, support=first)).state()
    model = UltraModel(UltraOptions(support=second), arrays, card)
    assert model.network.support == kept


def test_its_learner_trains_its_network_and_gives_it_back():
    model = UltraModel(UltraOptions(**SIZES))
    learner = model.learner(KGOptions())
    assert isinstance(learner, UltraLearner)
    assert learner.module is model.network
    assert learner.export() is model


def test_half_links_change_nothing_before_they_are_trained(random_graph, every_query):
    graph, networks = random_graph(), []
    for half_links in (False, True):
        torch.manual_seed(0)
        networks.append(UltraModel(UltraOptions(**SIZES, half_links=half_links)).network)
    with torch.no_grad():
        plain, counting = (network(graph, torch.from_numpy(every_query(graph))) for network in networks)
    assert torch.equal(plain, counting)


def test_weights_from_before_there_were_half_links_load_unchanged_whatever_is_asked_for(random_graph, every_query):
    graph = random_graph()
    model = UltraModel(UltraOptions(**SIZES, shares=True))
    arrays, card = model.state()
    del card["half_links"]
    again = UltraModel(UltraOptions(half_links=True), arrays, card)
    assert again.sizes == model.sizes
    with torch.no_grad():
        queries = torch.from_numpy(every_query(graph))
        assert torch.equal(again.network(graph, queries), model.network(graph, queries))
