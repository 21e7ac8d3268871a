"""The contract of models: models that do not keep it are caught."""

from __future__ import annotations

import pytest

from relxfer.testing import ModelContract, blobs
from relxfer.testing.blobs_net import BlobsModel


class Contract(ModelContract):
    model, target, plugins = "blobs-mlp", {"dataset": "blobs-target"}, (blobs,)


def forgets_statistics(monkeypatch):
    """Its state loses the statistics of batch normalisation, and loading does not miss them."""
    whole = BlobsModel.state

    def state(self):
        arrays, card = whole(self)
        return {name: array for name, array in arrays.items() if "running" not in name}, card

    monkeypatch.setattr(BlobsModel, "state", state)
    monkeypatch.setattr("relxfer.testing.blobs_net.load_arrays", lenient)


def lenient(module, arrays):
    import torch

    module.load_state_dict({name: torch.tensor(value) for name, value in arrays.items()}, strict=False)


def loads_leniently(monkeypatch):
    monkeypatch.setattr("relxfer.testing.blobs_net.load_arrays", lenient)


def shares_weights(monkeypatch):
    """All models are one network."""
    first, kept = BlobsModel.__init__, []

    def init(self, options, arrays=None, card=None):
        first(self, options, arrays, card)
        kept.append(self.network)
        self.network = kept[0]

    monkeypatch.setattr(BlobsModel, "__init__", init)


def ignores_an_array(monkeypatch):
    from relxfer.authoring.torch_learner import load_arrays

    def load(module, arrays):
        load_arrays(module, {**arrays, "head.bias": arrays["head.bias"] * 0})

    monkeypatch.setattr("relxfer.testing.blobs_net.load_arrays", load)


def card_is_no_json(monkeypatch):
    whole = BlobsModel.state
    monkeypatch.setattr(BlobsModel, "state", lambda self: (whole(self)[0], {"shape": (2, 3)}))


@pytest.mark.parametrize(
    ("plant", "test"),
    [
        (forgets_statistics, "test_what_is_stored_predicts_the_same"),
        (loads_leniently, "test_an_array_that_is_missing_is_refused"),
        (shares_weights, "test_models_share_nothing"),
        (ignores_an_array, "test_every_array_is_loaded"),
        (card_is_no_json, "test_its_state_is_arrays_and_a_card"),
    ],
)
def test_a_fault_is_caught(plant, test, failed, monkeypatch):
    plant(monkeypatch)
    assert test in failed(type("Planted", (Contract,), {}), test)


def test_a_model_without_fault_passes(failed):
    assert failed(type("Whole", (Contract,), {})) == {}
