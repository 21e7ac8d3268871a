"""Networks of timm, by a stand-in with its interface."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_vision.libraries import timm as by_name
from relxfer_vision.libraries.options import TimmOptions

from relxfer.errors import ArtefactError

NAMED = TimmOptions(name="small.one_in1k")


def test_a_network_with_its_weights_and_its_own_preprocessing(timm):
    arrays, card = by_name.bring(NAMED)
    model = by_name.load(NAMED, arrays, card)
    native = model.native
    assert (native.size, native.channels, native.resize, native.shorter) == (64, 3, "crop", 80)
    assert (native.mean, native.std, native.interpolation) == ((0.5, 0.4, 0.3), (0.2, 0.3, 0.4), "bicubic")
    wanted = timm.create_model("small", True).eval()
    pictures = torch.randn(2, 3, 64, 64)
    network = model.network.eval()
    assert torch.equal(network(pictures), wanted(pictures))
    assert network.embed(pictures).shape == (2, 16)
    assert network.at == "module.classifier.1"  # not the last linear layer by name
    assert model.task.answers == ("class 0", "class 1", "class 2", "class 3", "class 4")


def test_without_weights_it_is_untrained(timm):
    arrays, _ = by_name.bring(NAMED)
    torch.manual_seed(0)
    first = by_name.load(NAMED).state()[0]
    torch.manual_seed(1)
    second = by_name.load(NAMED).state()[0]
    key = "module.stem.0.weight"
    assert not np.array_equal(first[key], second[key])
    assert not np.array_equal(first[key], arrays[key])


def test_an_unknown_name_is_told_with_near_ones(timm):
    with pytest.raises(ArtefactError, match=r"no network of timm is called 'smal': did you mean 'small'\?"):
        by_name.bring(TimmOptions(name="smal"))
    with pytest.raises(ArtefactError, match="that has weights, got 'smaller', which has none"):
        by_name.bring(TimmOptions(name="smaller"))
    assert by_name.load(TimmOptions(name="smaller")).network.width == 16


def test_a_way_to_prepare_pictures_that_relxfer_has_not_is_refused(timm):
    timm.config |= {"crop_mode": "squash", "crop_pct": 1}
    assert by_name.load(NAMED).native.resize == "stretch"
    by_name.bring(NAMED)
    timm.config["crop_pct"] = 0.8
    with pytest.raises(ArtefactError, match=r"prepares pictures as relxfer can .* got a mean difference of"):
        by_name.bring(NAMED)
    timm.config |= {"crop_mode": "center", "input_size": (3, 64, 24)}
    with pytest.raises(ArtefactError, match=r"square pictures, gray or RGB.*got 3 x 64 x 24"):
        by_name.bring(NAMED)
