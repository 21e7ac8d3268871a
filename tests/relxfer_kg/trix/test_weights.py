"""Reading published weights for entity prediction; the file format itself is tested with ULTRA's."""

import numpy as np
import pytest
import torch
from relxfer_kg.trix.network import Trix
from relxfer_kg.trix.weights import expected_shapes, read_weights

from relxfer.errors import ArtefactError

SIZES = {"dim": 4, "relation_layers": [1, 2], "entity_layers": [1, 3]}
OLD = {"entity_model_1.": "entity_model_mini.", "entity_model_2.": "entity_model."}


@pytest.fixture
def arrays():
    """As the published code writes them, with the head that is not used."""
    made = {key: value.numpy().copy() for key, value in Trix(**SIZES).state_dict().items()}
    return made | {"entity_model_1.mlp.0.weight": np.zeros((8, 8), np.float32)}


def test_expected_shapes_are_those_of_the_model():
    for sizes in (SIZES, {"dim": 32, "relation_layers": (1, 2, 2), "entity_layers": (2, 2, 4)}):
        state = Trix(**sizes).state_dict()
        assert expected_shapes(**sizes) == {key: tuple(value.shape) for key, value in state.items()}


@pytest.mark.parametrize("old", [False, True])
def test_both_spellings_are_read(arrays, written, old):
    names = {key: key.replace(key[:15], OLD.get(key[:15], key[:15])) if old else key for key in arrays}
    assert any("mini" in name for name in names.values()) == old
    read, card = read_weights(written({names[key]: value for key, value in arrays.items()}))
    arrays.pop("entity_model_1.mlp.0.weight")
    assert {key: card[key] for key in SIZES} == SIZES
    assert read.keys() == arrays.keys()
    assert all(np.array_equal(read[key], arrays[key]) for key in arrays)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda a: a.pop("relation_model.node_mlp.bias"), "lacks relation_model.node_mlp.bias and adds nothing"),
        (lambda a: a.update(extra=np.zeros(1, np.float32)), "lacks nothing and adds extra"),
        (lambda a: a["relation_model.node_mlp.bias"].fill(np.nan), "finite numbers in relation_model.node_mlp.bias"),
        (lambda a: a.pop("entity_model_1.layers.0.linear.weight"), "TRIX model for entity prediction, such as"),
    ],
)
def test_other_contents_are_refused(arrays, written, spoil, message):
    spoil(arrays)
    with pytest.raises(ArtefactError, match=message):
        read_weights(written(arrays))


def test_the_published_file(entity_weights):
    arrays, card = read_weights(entity_weights)
    assert (card["dim"], card["relation_layers"], card["entity_layers"]) == (32, [1, 2], [2, 4])
    assert card["parameters"] == 82_913
    Trix().load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
