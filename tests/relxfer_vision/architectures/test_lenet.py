"""The loader of `lenet`: the pictures that it takes, and its state."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_vision.architectures.lenet import LeNetOptions, lenet

from relxfer.judge.metrics.classification import Classification


@pytest.mark.parametrize("channels", [1, 3])
def test_it_takes_the_pictures_of_its_options(channels):
    model = lenet(LeNetOptions(size=20, channels=channels, width=16))
    assert (model.native.size, model.native.channels) == (20, channels)
    assert model.native.mean == model.native.std == (0.5,) * channels
    assert model.network.width == 16


def test_what_it_stores_builds_it_again():
    options = LeNetOptions(width=16)
    arrays, card = lenet(options, None, {"task": Classification(tuple("abc")).card()}).state()
    again = lenet(options, arrays, card)
    assert again.task.answers == tuple("abc")
    stored = again.state()[0]
    assert all(np.array_equal(stored[name], arrays[name]) for name in arrays)
