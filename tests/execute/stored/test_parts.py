"""A model is stored as a tree of architectures, arrays and cards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from relxfer.authoring.ensemble import Ensemble
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.errors import PluginError, UnfitArtefact
from relxfer.execute.stored import parts
from relxfer.execute.stored.parts import Part
from relxfer.testing import blobs, harness


class Plain:
    def __init__(self, value: float = 0.0):
        self.value = value

    def state(self):
        return {"value": np.array([self.value])}, {}


class Own(Plain):
    offered_as = "own-plain"


class Unknown(Plain):
    offered_as = "own-plane"


class Wrong(Plain):
    """Says members, and is offered as a model without."""

    offered_as = "own-plain"
    members = (Plain(),)


class Childless(Plain):
    offered_as = "ensemble"


class Empty(Plain):
    offered_as = "ensemble"
    members = ()


def load_plain(options, arrays, card):
    return Own(float(arrays["value"][0]))


class Plugin:
    __name__ = "own-parts"

    @hookimpl
    def relxfer_source_models(self):
        return [SourceModel(name="own-plain", load=f"{__name__}:load_plain", reads=("points",))]


@pytest.fixture(scope="module")
def plugins():
    return harness.plugins_with([blobs, Plugin()])


def chosen(plugins, name) -> Chosen:
    offer = plugins.find("source model", name)
    return Chosen(offer, options_model(offer)())


@pytest.fixture(scope="module")
def like(plugins) -> Part:
    return parts.untrained(chosen(plugins, "blobs-mlp"))


def test_a_single_model_keeps_the_names_of_its_arrays(plugins, like):
    part = parts.of(Plain(3.0), like, plugins)
    assert part.model is like.model
    assert part.all_arrays() == {"value": np.array([3.0])}


def test_a_model_of_its_own_is_stored_as_its_offer(plugins, like):
    part = parts.of(Own(3.0), like, plugins)
    assert part.model.name == "own-plain"
    assert part.load().value == 3.0  # type: ignore[attr-defined]


def test_members_are_stored_under_their_numbers(plugins, like):
    part = parts.of(Ensemble([Own(1.0), Ensemble([Own(2.0)])]), like, plugins)
    arrays = part.all_arrays()
    assert sorted(arrays) == ["0/value", "1/0/value", "1/own/weights", "own/weights"]
    own, members = parts.split(arrays, 2)
    assert sorted(own) == ["weights"]
    assert [sorted(member) for member in members] == [["value"], ["0/value", "own/weights"]]
    made: Any = part.load()
    assert [made.members[0].value, made.members[1].members[0].value] == [1.0, 2.0]
    copied = part.copied()
    copied.members[0].arrays["value"][0] = 9.0
    assert part.members[0].arrays["value"][0] == 1.0


def test_members_of_a_composite_source_keep_their_architectures(plugins, like):
    """A learner that began as an ensemble of two architectures exports it again, inside another one too."""
    source = Part(
        chosen(plugins, "ensemble"), {}, {},
        (like, parts.of(Own(), like, plugins)),
    )  # fmt: skip
    made = parts.of(Ensemble([Ensemble([Plain(), Own()]), Ensemble([Plain(), Own()])]), source, plugins)
    assert [[part.model.name for part in member.members] for member in made.members] == [["blobs-mlp", "own-plain"]] * 2
    with pytest.raises(PluginError, match="the source is made of several architectures"):
        parts.of(Ensemble([Plain()]), source, plugins)


def test_a_bare_member_of_a_source_has_its_only_architecture(plugins, like):
    source = Part(chosen(plugins, "ensemble"), {}, {}, (like, like))
    assert parts.of(Plain(), source, plugins).model is like.model


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (object(), "to return a model, got object"),
        (Unknown(), "got 'own-plane': no source model is called 'own-plane'"),
        (Wrong(), "got members and composite=False of 'own-plain'"),
        (Childless(), "got a model without members and composite=True of 'ensemble'"),
        (Empty(), "expected at least one member of the composite model 'ensemble', got none"),
    ],
)
def test_what_cannot_be_stored_is_told(plugins, like, model, words):
    with pytest.raises(PluginError) as error:
        parts.of(model, like, plugins)
    assert words in str(error.value)


def test_a_tree_is_bounded(plugins, like):
    deep: Any = Plain()
    for _ in range(parts.MOST_LEVELS):
        deep = Ensemble([deep])
    with pytest.raises(PluginError, match="in at most 4 levels"):
        parts.of(deep, like, plugins)
    assert parts.of(deep.members[0], like, plugins)
    with pytest.raises(PluginError, match="at most 256 members, got 257"):
        parts.of(Ensemble([Plain()] * 257), like, plugins)


@pytest.mark.parametrize("name", ["2/value", "value", "own", "-1/value", "00/value"])
def test_arrays_of_nobody_are_refused(name):
    with pytest.raises(UnfitArtefact, match="expected arrays of 2 members"):
        parts.split({name: np.ones(1)}, 2)
