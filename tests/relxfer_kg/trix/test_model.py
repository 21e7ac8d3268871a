"""TRIX as a source model: sizes, and what is stored of it."""

import pytest
import torch
from pydantic import ValidationError
from relxfer_kg.adapter import KGOptions
from relxfer_kg.trix.learner import TrixLearner
from relxfer_kg.trix.model import TrixModel, TrixOptions

SIZES = {"dim": 8, "relation_layers": (1, 2, 1), "entity_layers": (1, 1, 2)}


def test_what_is_stored_gives_the_same_scores(random_graph, every_query):
    graph = random_graph()
    model = TrixModel(TrixOptions(**SIZES))
    again = TrixModel(TrixOptions(), *model.state())
    assert again.sizes == model.sizes == SIZES
    with torch.no_grad():
        queries = torch.from_numpy(every_query(graph))
        assert torch.equal(again.network(graph, queries), model.network(graph, queries))


def test_its_learner_trains_its_network_and_gives_it_back():
    model = TrixModel(TrixOptions(**SIZES))
    learner = model.learner(KGOptions())
    assert isinstance(learner, TrixLearner)
    assert learner.module is model.network
    assert learner.export() is model


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"relation_layers": (1,), "entity_layers": (2,)}, "at least 2 items"),
        ({"relation_layers": (1, 2, 2)}, r"one for each round \(got \[2, 4\] and \[1, 2, 2\]\)"),
    ],
)
def test_rounds_that_do_not_fit_are_refused(sizes, message):
    with pytest.raises(ValidationError, match=message):
        TrixOptions(**sizes)
