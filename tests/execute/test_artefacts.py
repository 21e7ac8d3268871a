"""What cannot be stored of a model is told before anything is written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from relxfer.errors import PluginError
from relxfer.execute import artefacts
from relxfer.execute.stored import parts
from relxfer.plugins.finder import Plugins

WRONG = {
    "arrays of numbers, got object under 'names'": ({"names": np.array([object()])}, {}),
    "arrays of numbers, got <U2 under 'names'": ({"names": np.array(["a", "bb"])}, {}),
    r"a card of JSON values: expected a JSON value, got set": ({}, {"names": {"a", "b"}}),
    r"\(arrays, card\), got dict": {"weights": np.ones(2)},
    r"\(arrays, card\), got \(dict, None\)": ({"weights": np.ones(2)}, None),
    r"\(arrays, card\), got None": None,
}
CHOSEN: Any = SimpleNamespace(
    name="my-model", options=None, card=lambda: {"use": "my-model"}, record=SimpleNamespace(composite=False)
)
LIKE, PLUGINS = parts.untrained(CHOSEN), Plugins.load(third_party=False)


@pytest.mark.parametrize("expected", WRONG)
def test_a_state_that_cannot_be_stored_is_told(tmp_path, expected):
    model = SimpleNamespace(state=lambda: WRONG[expected])
    with pytest.raises(PluginError, match=rf"expected state\(\) of the model 'my-model' to return .*{expected}"):
        artefacts.save(tmp_path / "model.safetensors", model, LIKE, (), PLUGINS)
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_told(tmp_path):
    with pytest.raises(PluginError, match=r"expected export\(\) of a learner to return a model, got None"):
        artefacts.save(tmp_path / "model.safetensors", None, LIKE, (), PLUGINS)


def test_lists_and_numpy_numbers_can_be_stored(tmp_path):
    model = SimpleNamespace(state=lambda: ({"weights": [1.0, 2.0]}, {"width": np.int64(2)}))
    assert artefacts.save(tmp_path / "model.safetensors", model, LIKE, (), PLUGINS)
