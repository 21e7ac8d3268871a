"""The contract of a model, as a class of tests to inherit from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relxfer.contract.plain import Table
from relxfer.contract.records import SourceModel
from relxfer.seeding import seed_torch
from relxfer.store import files, json_text
from relxfer.testing.offers import OfferContract
from relxfer.testing.world import World, learn, made, same, scores_of, state_of


class ModelContract(OfferContract):
    """Tests of what every model must fulfil; inherit from it and set `model` and `target`.

    model    name of the model
    options  its options in the configuration
    target   the table `target` of a configuration, with small data on which the model is trained a few steps
    adapter  the table `adapter` of the target; None: the one of the data set
    plugins  modules with hooks, for plugins that are not installed
    steps    number of gradient steps
    rows     number of queries in a batch
    """

    record = SourceModel
    key = "model"
    model: str
    target: Table
    steps = 3
    rows = 8

    @pytest.fixture
    def world(self, tmp_path_factory: pytest.TempPathFactory) -> World:
        """The data and the state of the trained model, made once for all tests of the class."""
        return self.once("_world", lambda: self._made(tmp_path_factory.mktemp("world")))

    def _made(self, folder: Path) -> World:
        config = {"target": {**self.target, "model": {"use": self.model, **self.options}}}
        return made(config, self.loaded(), folder, self.steps, self.rows)

    def _train(self, world: World, learner: Any, folder: Path) -> None:
        learn(learner, [world.view.train], folder, self.steps, self.rows)

    # ------------------------------------------------------------------ the state

    def test_its_state_is_arrays_and_a_card(self, world: World) -> None:
        arrays, card = world.learner().export().state()
        for name, array in arrays.items():
            assert isinstance(name, str), f"expected names of arrays as texts, got {name!r}"
            assert isinstance(array, np.ndarray), f"expected {name} as a numpy array, got {type(array).__name__}"
            assert array.dtype.kind in "biuf", f"expected {name} as numbers, got {array.dtype}"
        told = json.loads(json_text.dumps(card))
        assert told == dict(card), "expected a card of JSON values only, so that it is read as it was written"

    def test_its_state_is_stored_and_loaded(self, world: World, tmp_path: Path) -> None:
        files.write_arrays(tmp_path / "model.safetensors", dict(world.arrays), {})
        arrays, _ = files.read_arrays(tmp_path / "model.safetensors")
        card = json.loads(json_text.dumps(world.card))
        again, told = world.model(arrays, card).state()
        assert _differing(world.arrays, again) == [], "expected the state that was stored"
        assert dict(told) == dict(world.card), "expected the card that was stored"

    def test_every_array_is_loaded(self, world: World) -> None:
        """An array that the model does not load would be lost, or drawn anew."""
        for name, array in world.arrays.items():
            changed = {**world.arrays, name: _changed(array)}
            again, _ = world.model(changed, dict(world.card)).state()
            assert _differing(changed, again) == [], f"expected the model to load {name} as it was stored"

    def test_an_array_that_is_missing_is_refused(self, world: World) -> None:
        if not world.arrays:
            pytest.skip("the model has no arrays")
        name = next(iter(world.arrays))
        less = {key: value for key, value in world.arrays.items() if key != name}
        with pytest.raises(Exception) as caught:  # noqa: PT011 - of any type, since the engine shows its message
            world.model(less, dict(world.card))
        assert str(caught.value), "expected an error with a message"

    # ------------------------------------------------------------------ models apart from one another

    def test_a_new_model_has_learnt_nothing(self, world: World) -> None:
        new, _ = world.attach(None, None).export().state()
        assert _differing(world.arrays, new, shapes=True) == [], "expected arrays of the shapes of a trained model"
        if world.arrays:
            assert not same(dict(new), world.arrays), "expected a new model without what another has learnt"

    def test_a_new_model_is_drawn_from_the_seed(self, world: World) -> None:
        states: list[Mapping[str, np.ndarray]] = []
        for other in (0, 1):
            np.random.seed(other)
            seed_torch("model")
            states.append(state_of(world.attach(None, None))[0])
        assert _differing(states[0], states[1]) == [], "expected equal models of equal seeds of torch"

    def test_models_share_nothing(self, world: World, tmp_path: Path) -> None:
        kept = world.model(world.arrays, dict(world.card))
        before = {name: array.copy() for name, array in kept.state()[0].items()}
        self._train(world, world.learner(), tmp_path)
        assert _differing(before, kept.state()[0]) == [], "expected the training of one model to leave others alone"

    # ------------------------------------------------------------------ what it predicts

    def test_what_is_stored_predicts_the_same(self, world: World, tmp_path: Path) -> None:
        """After training, with everything that its predictions depend on."""
        learner = world.attach(None, None)
        self._train(world, learner, tmp_path)
        arrays, card = learner.export().state()
        stored = {name: array.copy() for name, array in arrays.items()}
        seed_torch("elsewhere")
        again = world.attach(stored, json.loads(json_text.dumps(card)))
        assert np.allclose(scores_of(again, world.test()), scores_of(learner, world.test()), atol=1e-5, rtol=1e-5), (
            "expected the stored model to predict as the trained one; does its state hold all that it has learnt?"
        )


def _differing(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray], shapes: bool = False) -> list[str]:
    """The names of arrays that differ: in their bytes, or only in their shapes."""
    both = first.keys() & second.keys()
    if shapes:
        unequal = [name for name in both if first[name].shape != second[name].shape]
    else:
        unequal = [name for name in both if first[name].tobytes() != second[name].tobytes()]
    return sorted([*unequal, *(first.keys() ^ second.keys())])


def _changed(array: np.ndarray) -> np.ndarray:
    """Another array of the same type and shape."""
    return ~array if array.dtype.kind == "b" else (array + np.ones((), array.dtype)).astype(array.dtype)
