"""ULTRA as a source model: sizes, what is stored of it, and its cost."""

import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.ultra.learner import UltraLearner
from relxfer_kg.ultra.model import UltraModel, UltraOptions

SIZES = {"dim": 8, "relation_layers": 1, "entity_layers": 2}


def test_what_is_stored_gives_the_same_scores(random_graph, every_query):
    graph = random_graph()
    model = UltraModel(UltraOptions(**SIZES, support=0.5, shares=True))
    again = UltraModel(UltraOptions(), *model.state())
    assert again.sizes == model.sizes == SIZES | {"shares": True}
    with torch.no_grad():
        queries = torch.from_numpy(every_query(graph))
        assert torch.equal(again.network(graph, queries), model.network(graph, queries))


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
