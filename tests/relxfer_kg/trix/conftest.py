"""The published network and golden outputs of TRIX, where they are present, and small networks."""

import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.trix.model import TrixModel, TrixOptions
from relxfer_kg.trix.network import Trix
from relxfer_kg.trix.weights import read_weights

SMALL = {"dim": 8, "relation_layers": (1, 1), "entity_layers": (1, 2)}


@pytest.fixture(scope="session")
def entity_weights(shared_file):
    return shared_file("data/checkpoints/trix/trix_entity_prediction.safetensors")


@pytest.fixture(scope="session")
def trix(entity_weights):
    arrays, card = read_weights(entity_weights)
    return TrixModel(TrixOptions(), arrays, card).network.eval()


@pytest.fixture(scope="session")
def trix_learner():
    """A learner of a small untrained network."""

    def make(**options):
        torch.manual_seed(0)
        return TrixModel(TrixOptions(**SMALL)).learner(KGOptions(**options))

    return make


@pytest.fixture(scope="session")
def small_trix():
    torch.manual_seed(0)
    return Trix(**SMALL).double()


@pytest.fixture(scope="session")
def golden(golden_outputs):
    """Those of TRIX."""
    return lambda name: golden_outputs(f"trix/{name}")
