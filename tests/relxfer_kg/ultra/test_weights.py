import numpy as np
import pytest
import torch
from relxfer_kg.ultra.network import Ultra
from relxfer_kg.ultra.weights import expected_shapes, read_weights

from relxfer.errors import ArtefactError

SIZES = {"dim": 4, "relation_layers": 2, "entity_layers": 3}


@pytest.fixture
def arrays():
    return {key: value.numpy().copy() for key, value in Ultra(**SIZES).state_dict().items()}


def test_expected_shapes_are_those_of_the_model():
    for sizes in (
        SIZES,
        SIZES | {"shares": True, "half_links": True},
        {"dim": 64, "relation_layers": 6, "entity_layers": 6},
    ):
        state = Ultra(**sizes).state_dict()
        assert expected_shapes(**sizes) == {key: tuple(value.shape) for key, value in state.items()}


@pytest.mark.parametrize("option", ["shares", "half_links"])
def test_a_file_says_whether_it_has_what_is_not_in_the_paper(arrays, written, option):
    assert read_weights(written(arrays))[1][option] is False
    more = {key: value.numpy().copy() for key, value in Ultra(**SIZES, **{option: True}).state_dict().items()}
    found = read_weights(written(more))[1]
    assert {key: found[key] for key in ("shares", "half_links")} == {"shares": False, "half_links": False, option: True}


@pytest.mark.parametrize(("name", "metadata"), [("m.safetensors", {"licence": "MIT"}), ("m.pth", {})])
def test_what_was_written_is_read(arrays, written, name, metadata):
    read, card = read_weights(written(arrays, name))
    assert {key: card[key] for key in SIZES} == SIZES
    assert card["parameters"] == sum(array.size for array in arrays.values())
    assert card["metadata"] == metadata
    assert len(card["sha256"]) == 64
    assert read.keys() == arrays.keys()
    assert all(np.array_equal(read[key], arrays[key]) for key in arrays)


@pytest.mark.parametrize("name", ["m.safetensors", "m.pth"])
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda a: a.pop("entity_model.mlp.2.bias"), "lacks entity_model.mlp.2.bias and adds nothing"),
        (lambda a: a.update(extra=np.zeros(1, np.float32)), "lacks nothing and adds extra"),
        (
            lambda a: a.update({"entity_model.mlp.2.bias": np.zeros(2, np.float32)}),
            r"\[1\], got float32 \[2\]",
        ),
        (
            lambda a: a.update({"entity_model.mlp.2.bias": np.zeros(1, np.float64)}),
            r"\[1\], got float64 \[1\]",
        ),
        (lambda a: a["entity_model.mlp.2.bias"].fill(np.nan), "finite numbers in entity_model.mlp.2.bias"),
        (
            lambda a: [a.pop(key) for key in list(a) if "layers.0" in key],
            "parameters of an ULTRA model, such as",
        ),
    ],
)
def test_other_contents_are_refused(arrays, written, name, spoil, message):
    spoil(arrays)
    with pytest.raises(ArtefactError, match=message):
        read_weights(written(arrays, name))


@pytest.mark.parametrize("checkpoint", ["3g", "4g", "50g"])
def test_published_checkpoints(shared_file, checkpoint):
    arrays, card = read_weights(shared_file(f"data/checkpoints/ultra/ultra_{checkpoint}.safetensors"))
    assert (card["dim"], card["relation_layers"], card["entity_layers"]) == (64, 6, 6)
    assert card["parameters"] == 168_705
    Ultra().load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
