"""The published network and golden outputs of TRIX, where they are present, and small networks."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
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
def golden(shared_file):
    """TRIX's golden outputs on one graph, with the graph they belong to."""
    loaded = {}

    def load(name: str) -> SimpleNamespace:
        if name not in loaded:
            with np.load(shared_file(f"golden/trix/{name}.npz")) as file:
                arrays = dict(file)
            half = arrays["edge_type"].shape[0] // 2
            head, tail = arrays["edge_index"][:, :half]
            facts = np.stack([head, arrays["edge_type"][:half], tail], 1)
            names = (tuple(arrays[f"{kind}_names"].tolist()) for kind in ("entity", "relation"))
            loaded[name] = SimpleNamespace(arrays=arrays, graph=KnowledgeGraph(*names, facts))
        return loaded[name]

    return load
