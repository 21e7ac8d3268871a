"""TRIX as a source model: sizes, and what is stored of it."""

import pytest
import torch
from pydantic import ValidationError
from relxfer_kg.adapter import KGOptions
from relxfer_kg.trix.learner import TrixLearner
from relxfer_kg.trix.model import TrixModel, TrixOptions
from relxfer_kg.trix.network import Trix
from relxfer_kg.trix.relation_prediction import RelationTrix

from relxfer.errors import Incompatible

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
        ({"relation_layers": (1, 2, 2)}, r"one for each round \(got none and \[1, 2, 2\]\)"),
        (
            {"relation_layers": (1, 2, 2), "entity_layers": (2, 4)},
            r"one for each round \(got \[2, 4\] and \[1, 2, 2\]\)",
        ),
    ],
)
def test_rounds_that_do_not_fit_are_refused(sizes, message):
    with pytest.raises(ValidationError, match=message):
        TrixOptions(**sizes)


def test_new_weights_become_the_network_that_is_needed():
    model = TrixModel(TrixOptions(dim=8))
    learner = model.relation_learner(KGOptions())
    assert isinstance(learner.module, RelationTrix)
    assert model.sizes == {"dim": 8, "relation_layers": (2, 2, 2), "entity_layers": (2, 2, 2)}
    with pytest.raises(Incompatible, match="weights of TRIX that answer with entities"):
        model.learner(KGOptions())  # it may have been trained
    assert model.relation_learner(KGOptions()).module is learner.module
    other = TrixModel(TrixOptions(dim=8))
    assert isinstance(other.learner(KGOptions()).module, Trix)
    assert other.sizes == {"dim": 8, "relation_layers": (1, 2), "entity_layers": (2, 4)}


def test_what_is_stored_of_relations_gives_the_same_scores_and_answers_nothing_else(random_graph):
    model = TrixModel(TrixOptions(**SIZES))
    learner = model.relation_learner(KGOptions())
    arrays, card = model.state()
    assert card == {"dim": 8, "relation_layers": [1, 2, 1], "entity_layers": [1, 1, 2], "answers": "relations"}
    again = TrixModel(TrixOptions(), arrays, card)
    pairs = torch.tensor([[0, 1], [3, 3]])
    with torch.no_grad():
        assert torch.equal(again.network(random_graph(), pairs), learner.module(random_graph(), pairs))
    assert again.relation_learner(KGOptions()).module is again.network
    with pytest.raises(Incompatible, match="answer with entities, got weights that answer with relations"):
        again.learner(KGOptions())


def test_weights_of_entities_are_refused_for_relations():
    model = TrixModel(TrixOptions(**SIZES))
    again = TrixModel(TrixOptions(), *model.state())
    with pytest.raises(Incompatible, match=r'answer with relations, got .* entities, .*task = "relation-prediction"'):
        again.relation_learner(KGOptions())


def test_counts_are_stored_and_are_of_relations_alone(random_graph):
    model = TrixModel(TrixOptions(**SIZES, pair_counts=True))
    learner = model.relation_learner(KGOptions())
    torch.nn.init.normal_(learner.module.pair_counts[2].weight)
    arrays, card = model.state()
    assert card["pair_counts"] is True
    again = TrixModel(TrixOptions(), arrays, card)
    pairs = torch.tensor([[0, 1], [3, 3]])
    with torch.no_grad():
        assert torch.equal(again.network(random_graph(), pairs), learner.module(random_graph(), pairs))
    with pytest.raises(Incompatible, match="pair_counts where relations are asked for, got pair_counts where entities"):
        TrixModel(TrixOptions(**SIZES, pair_counts=True)).learner(KGOptions())
