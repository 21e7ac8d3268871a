"""Published weights of either network are known by their parameters."""

import pytest
from relxfer_kg.trix.checkpoints import read
from relxfer_kg.trix.network import Trix
from relxfer_kg.trix.relation_prediction import RelationTrix

from relxfer.errors import ArtefactError

SIZES = {"dim": 4, "relation_layers": (1, 2), "entity_layers": (2, 1)}


def arrays_of(module):
    return {key: value.numpy().copy() for key, value in module.state_dict().items()}


@pytest.mark.parametrize(("network", "answers"), [(Trix, None), (RelationTrix, "relations")])
def test_each_network_is_read_as_what_it_is(written, network, answers):
    made = arrays_of(network(**SIZES))
    arrays, card = read(written(made))
    assert arrays.keys() == made.keys()
    assert card.get("answers") == answers


def test_the_first_published_names_of_the_entity_network_are_no_relation_network(written):
    old = {"entity_model_1": "entity_model_mini", "entity_model_2": "entity_model", "relation_model": "relation_model"}
    made = arrays_of(Trix(**SIZES))
    renamed = {old[name.partition(".")[0]] + name[name.find(".") :]: array for name, array in made.items()}
    arrays, card = read(written(renamed))
    assert arrays.keys() == made.keys()
    assert "answers" not in card


def test_other_files_are_refused(written, tmp_path):
    with pytest.raises(ArtefactError, match="TRIX model for entity prediction"):
        read(written({"head.weight": arrays_of(Trix(**SIZES))["relation_model.node_mlp.weight"]}))
    with pytest.raises(ArtefactError, match="no such file"):
        read(tmp_path / "none.pth")
