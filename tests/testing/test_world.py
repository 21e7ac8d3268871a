"""The data of a configuration, and a learner with a state."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.testing import blobs, harness
from relxfer.testing.arrays import same, state_of
from relxfer.testing.world import made, scores_of

CONFIG = {"target": {"dataset": "blobs-target"}, "source": {"datasets": ["blobs-source"], "training": {"steps": 1}}}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return made(CONFIG, harness.plugins_with([blobs]), tmp_path_factory.mktemp("world"), 3, 8)


def test_it_holds_the_data_and_a_trained_state(world):
    assert (world.whole.name, world.view.test, [source.name for source in world.sources]) == (
        "blobs-target", None, ["blobs-source"],
    )  # fmt: skip
    assert not same(state_of(world.attach(None, None))[0], world.arrays)
    assert world.offers("features")
    assert not world.offers("nothing.such")


def test_learners_are_new_and_have_the_state(world):
    one, other = world.learner(), world.unbound()
    assert one.module is not other.module
    assert same(state_of(one)[0], state_of(other)[0])


def test_scores_are_of_the_test_without_answers(world):
    assert world.test().answers is None
    assert scores_of(world.learner(), world.test()).shape == (24, 3)
    assert np.isfinite(scores_of(world.learner(), world.test())).all()
