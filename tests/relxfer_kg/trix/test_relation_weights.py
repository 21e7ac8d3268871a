"""Reading published weights for relation prediction; the file format itself is tested with ULTRA's."""

import numpy as np
import pytest
from relxfer_kg.trix.relation_prediction import RelationTrix
from relxfer_kg.trix.relation_weights import read_relation_weights, relation_shapes
from safetensors.numpy import save_file

from relxfer.errors import ArtefactError

SIZES = {"dim": 4, "relation_layers": [1, 2], "entity_layers": [2, 1]}


@pytest.fixture
def arrays():
    return {key: value.numpy().copy() for key, value in RelationTrix(**SIZES).state_dict().items()}


def test_expected_shapes_are_those_of_the_model(arrays):
    assert relation_shapes(**SIZES) == {key: value.shape for key, value in arrays.items()}


def test_counts_that_add_to_scores_are_read_too(tmp_path):
    arrays = {key: value.numpy().copy() for key, value in RelationTrix(**SIZES, pair_counts=True).state_dict().items()}
    assert relation_shapes(**SIZES, pair_counts=True) == {key: value.shape for key, value in arrays.items()}
    save_file(arrays, tmp_path / "m.safetensors")
    read, card = read_relation_weights(tmp_path / "m.safetensors")
    assert card["pair_counts"] is True
    assert read.keys() == arrays.keys()


def test_what_was_written_is_read(arrays, tmp_path):
    save_file(arrays, tmp_path / "m.safetensors")
    read, card = read_relation_weights(tmp_path / "m.safetensors")
    assert {key: card[key] for key in SIZES} == SIZES
    assert card["answers"] == "relations"
    assert "pair_counts" not in card
    assert read.keys() == arrays.keys()
    assert all(np.array_equal(read[key], arrays[key]) for key in arrays)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda a: a.pop("mlp.2.bias"), "lacks mlp.2.bias and adds nothing"),
        (lambda a: a.pop("entity_model.0.layers.0.linear.weight"), "TRIX model for relation prediction, such as"),
    ],
)
def test_other_contents_are_refused(arrays, tmp_path, spoil, message):
    spoil(arrays)
    save_file(arrays, tmp_path / "m.safetensors")
    with pytest.raises(ArtefactError, match=message):
        read_relation_weights(tmp_path / "m.safetensors")
