"""A model of pictures: the classes of its head, its state, and the normalisations by name."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_vision.architectures.pixels_net import Pixels
from relxfer_vision.model import IMAGENET, ImageModel, Native, normalisation

from relxfer.errors import ArtefactError
from relxfer.judge.metrics.classification import Classification

NATIVE = Native(2, 1, (0.5,), (0.5,))


def made(arrays=None, card=None) -> ImageModel:
    return ImageModel(lambda classes: Pixels(4, classes), NATIVE, arrays, card)


def card_of(classes: str) -> dict[str, object]:
    return {"task": Classification(tuple(classes)).card()}


def test_the_head_is_as_wide_as_there_are_classes():
    assert made(card=card_of("abc")).network.head.out_features == 3
    assert made().network.head.out_features == 2


def test_what_it_stores_builds_it_again():
    arrays, card = made(card=card_of("abc")).state()
    again = made(arrays, card)
    assert again.task.answers == tuple("abc")
    assert again.state()[1] == card
    assert np.array_equal(again.state()[0]["head.weight"], arrays["head.weight"])


def test_weights_of_another_network_are_told():
    arrays, card = made(card=card_of("abc")).state()
    with pytest.raises(ArtefactError, match=r"lack head\.bias"):
        made({"head.weight": arrays["head.weight"]}, card)
    with pytest.raises(ArtefactError, match=r"head\.weight of shape \[2, 4\]"):
        made(arrays, card_of("ab"))


@pytest.mark.parametrize(
    ("name", "channels", "expected"),
    [("imagenet", 3, IMAGENET), ("half", 3, ((0.5,) * 3,) * 2), ("none", 1, ((0.0,), (1.0,)))],
)
def test_normalisations(name, channels, expected):
    assert normalisation(name, channels) == expected


def test_gray_pictures_have_the_means_of_the_colours():
    mean, std = normalisation("imagenet", 1)
    assert mean[0] == pytest.approx(np.mean(IMAGENET[0]))
    assert std[0] == pytest.approx(np.mean(IMAGENET[1]))
