"""Networks of the Hugging Face Hub, by a stand-in with the interface of Transformers."""

from __future__ import annotations

import pytest
import torch
from relxfer_vision.libraries import huggingface as by_name
from relxfer_vision.libraries.options import HuggingFaceOptions

from relxfer.errors import ArtefactError

NAMED = HuggingFaceOptions(name="some/small", revision="abc")


def test_a_network_with_its_weights_and_its_own_preprocessing(transformers):
    arrays, card = by_name.bring(NAMED)
    assert transformers.asked == [("some/small", {"revision": "abc"})]
    model = by_name.load(NAMED, arrays, card)
    assert len(transformers.asked) == 1
    assert (model.native.size, model.native.resize, model.native.shorter) == (64, "crop", 80)
    assert model.task.answers == ("ant", "bee", "cat", "dog", "emu")
    network, pictures = model.network.eval(), torch.randn(2, 3, 64, 64)
    assert torch.equal(network.head(network.embed(pictures)), network.module(pictures).logits)


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ({"size": {"height": 16, "width": 16}, "crop_pct": None}, ("stretch", 16, 0)),
        ({"size": {"shortest_edge": 384}, "crop_pct": 1.0}, ("stretch", 384, 0)),
    ],
)
def test_processors_state_sizes_in_several_ways(transformers, stated, wanted):
    vars(transformers.processor).update(stated)
    native = by_name.load(NAMED).native
    assert (native.resize, native.size, native.shorter) == wanted


def test_a_processor_that_crops(transformers):
    vars(transformers.processor).update(
        size={"shortest_edge": 20}, crop_pct=None, do_center_crop=True, crop_size={"height": 16, "width": 16}
    )
    native = by_name.load(NAMED).native
    assert (native.resize, native.size, native.shorter) == ("crop", 16, 20)


def test_what_the_library_refuses_is_told_in_one_line(transformers):
    expected = "expected transformers to give the network 'nobody/nothing', got OSError: nobody/nothing is not a valid"
    with pytest.raises(ArtefactError, match=expected) as told:
        by_name.load(HuggingFaceOptions(name="nobody/nothing"))
    assert "\n" not in str(told.value)
