"""What cannot be stored of a model is told before anything is written; what is read is recognised."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from relxfer_kg.trix.network import Trix
from relxfer_kg.ultra.network import Ultra
from safetensors.torch import save_file

from relxfer.contract.records import SourceModel
from relxfer.errors import ArtefactError, PluginError
from relxfer.execute import artefacts, cards
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


# ------------------------------------------------------------------ checkpoints of other programs


def given(path, written: bool):
    """What a source reads from a checkpoint, `model = "ultra"` being written or the default."""
    ultra = cards.offered({"use": "ultra"}, SourceModel, "a model", PLUGINS)
    experiment: Any = SimpleNamespace(models=())
    config = SimpleNamespace(
        model="ultra" if written else None, checkpoint=path, weights=None, run=None, continued=False
    )
    source: Any = SimpleNamespace(config=config, model=ultra, brought=False)
    return artefacts.Artefacts(experiment, PLUGINS).given(source)


@pytest.mark.parametrize(("name", "network"), [("ultra", Ultra(dim=4)), ("trix", Trix(dim=4))])
def test_the_architecture_is_recognised_where_none_is_named(tmp_path, name, network):
    save_file(network.state_dict(), tmp_path / "m.safetensors")
    artefact = given(tmp_path / "m.safetensors", written=False)
    assert artefact.model.name == name
    assert artefact.load().network.dim == 4


def test_an_architecture_that_is_named_is_required(tmp_path):
    save_file(Trix(dim=4).state_dict(), tmp_path / "m.safetensors")
    with pytest.raises(ArtefactError, match=r"the model 'ultra', got one of 'trix': .*; write model = .trix."):
        given(tmp_path / "m.safetensors", written=True)


def test_what_no_model_reads_is_told_by_the_default_one(tmp_path):
    save_file({"weight": torch.ones(1)}, tmp_path / "m.safetensors")
    with pytest.raises(ArtefactError, match="parameters of an ULTRA model"):
        given(tmp_path / "m.safetensors", written=False)
