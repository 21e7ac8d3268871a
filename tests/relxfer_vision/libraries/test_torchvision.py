"""Networks of torchvision, by a stand-in with its interface."""

from __future__ import annotations

import pytest
from relxfer_vision.libraries import torchvision as by_name
from relxfer_vision.libraries.options import TorchvisionOptions

from relxfer.errors import ArtefactError


def test_each_weights_have_their_own_preprocessing_and_classes(torchvision):
    for weights, shorter in (("DEFAULT", 72), ("V1", 80)):
        options = TorchvisionOptions(name="small", weights=weights)
        arrays, card = by_name.bring(options)
        model = by_name.load(options, arrays, card)
        assert (model.native.size, model.native.resize, model.native.shorter) == (64, "crop", shorter)
        assert model.native.interpolation == "bilinear"
        assert model.task.answers == ("ant", "bee", "cat", "dog", "emu")
        assert by_name.load(options).native == model.native  # scratch sees the same pictures


def test_unknown_names_are_told_with_near_ones(torchvision):
    with pytest.raises(ArtefactError, match=r"no network of torchvision is called 'smoll': did you mean 'small'\?"):
        by_name.bring(TorchvisionOptions(name="smoll"))
    with pytest.raises(ArtefactError, match=r"no weights of small is called 'V3': .there are: DEFAULT, V1, V2"):
        by_name.load(TorchvisionOptions(name="small", weights="V3"))
