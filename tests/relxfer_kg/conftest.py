"""Shared by the tests of knowledge graphs: small graphs, small networks, and golden outputs where they are present."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


def _shared() -> Path:
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    return Path(os.environ.get("RELXFER_SHARED", beside))


@pytest.fixture(scope="session")
def shared_file():
    """A file below the shared data, or a skip that says which one is absent."""

    def find(relative: str) -> Path:
        path = _shared() / relative
        if not path.is_file():
            pytest.skip(f"needs {relative} (looked in {_shared()}; set RELXFER_SHARED)")
        return path

    return find


@pytest.fixture(scope="session")
def published(shared_file):
    """The network with ULTRA's published weights."""
    import torch
    from relxfer_kg.ultra.network import Ultra
    from relxfer_kg.ultra.weights import read_weights

    arrays, _ = read_weights(shared_file("data/checkpoints/ultra/ultra_3g.safetensors"))
    module = Ultra().eval()
    module.load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
    return module


@pytest.fixture(scope="session")
def golden_outputs(shared_file):
    """Golden outputs by folder and name, with the graph they belong to."""
    loaded = {}

    def load(name: str) -> SimpleNamespace:
        if name not in loaded:
            with np.load(shared_file(f"golden/{name}.npz")) as file:
                arrays = dict(file)
            half = arrays["edge_type"].shape[0] // 2
            head, tail = arrays["edge_index"][:, :half]
            facts = np.stack([head, arrays["edge_type"][:half], tail], 1)
            names = (tuple(arrays[f"{kind}_names"].tolist()) for kind in ("entity", "relation"))
            loaded[name] = SimpleNamespace(arrays=arrays, graph=KnowledgeGraph(*names, facts))
        return loaded[name]

    return load


@pytest.fixture(scope="session")
def golden(golden_outputs):
    """Those of ULTRA."""
    return lambda name: golden_outputs(f"ultra/{name}")


@pytest.fixture
def written(tmp_path):
    """Arrays in a file of weights, whose kind its name says."""

    def write(arrays, name="model.safetensors"):
        import torch
        from safetensors.numpy import save_file

        path = tmp_path / name
        if path.suffix == ".safetensors":
            save_file(arrays, path, metadata={"licence": "MIT"})
        else:
            state = {key: torch.from_numpy(value) for key, value in arrays.items()}
            torch.save({"model": state, "epoch": 3}, path)
        return path

    return write


@pytest.fixture(scope="session")
def random_graph():
    """A graph with duplicated facts, self-loops, entities without facts and relations without facts."""

    def make(entities: int = 20, relations: int = 4, facts: int = 60, seed: int = 0) -> KnowledgeGraph:
        rng = np.random.default_rng(seed)
        used = max(1, entities - 2), max(1, relations - 1)
        rows = np.stack(
            [
                rng.integers(0, used[0], facts),
                rng.integers(0, used[1], facts),
                rng.integers(0, used[0], facts),
            ],
            1,
        )
        rows[-1], rows[1, 2] = rows[0], rows[1, 0]
        return KnowledgeGraph(tuple(f"e{i}" for i in range(entities)), tuple(f"r{i}" for i in range(relations)), rows)

    return make


@pytest.fixture(scope="session")
def graph_of():
    """A graph of numbered entities and relations from rows (head, relation, tail)."""

    def make(entities: int, relations: int, facts) -> KnowledgeGraph:
        rows = np.array(facts, dtype=np.int64).reshape(-1, 3)
        return KnowledgeGraph(tuple(f"e{i}" for i in range(entities)), tuple(f"r{i}" for i in range(relations)), rows)

    return make


@pytest.fixture(scope="session")
def every_query():
    """All (entity, relation id) of a graph, [V R, 2]."""

    def make(graph: KnowledgeGraph) -> np.ndarray:
        entity, relation = np.meshgrid(np.arange(graph.num_entities), np.arange(graph.num_relations))
        return np.stack([entity.ravel(), relation.ravel()], 1)

    return make


@pytest.fixture(scope="session")
def small_ultra():
    """An untrained network whose normalisations and biases matter to the scores too."""
    import torch
    from relxfer_kg.ultra.network import Ultra

    def make(dim: int = 12, layers: int = 3, seed: int = 0, **options) -> Ultra:
        torch.manual_seed(seed)
        module = Ultra(dim=dim, relation_layers=2, entity_layers=layers, **options).eval()
        with torch.no_grad():
            for name, value in module.named_parameters():
                if "layer_norm" in name or "bias" in name or "half_links" in name:
                    value += 0.3 * torch.randn_like(value)
        return module

    return make


@pytest.fixture(scope="session")
def plain_scores():
    """Scores of every entity as the network computes them, [n, V]."""
    import torch

    def score(module, graph: KnowledgeGraph, queries: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        weight = None if weight is None else torch.from_numpy(weight)
        with torch.no_grad():
            return module(graph, torch.from_numpy(queries), weight).numpy()

    return score


@pytest.fixture(scope="session")
def ultra_learner():
    """A learner of a small untrained network; the arguments are those of the adapter, `sizes` of the model."""
    import torch
    from relxfer_kg.adapter import KGOptions
    from relxfer_kg.ultra.model import UltraModel, UltraOptions

    def make(sizes=None, **options):
        torch.manual_seed(0)
        sizes = {"dim": 8, "relation_layers": 2, "entity_layers": 2} | (sizes or {})
        return UltraModel(UltraOptions(**sizes)).learner(KGOptions(**options))

    return make


@pytest.fixture(scope="session")
def dense_states():
    """States [V, d] before the first and after every layer, by plain torch, of one query or of none."""
    import torch
    from relxfer_kg.graph.adjacency import adjacency_of
    from relxfer_kg.layers.message_passing import Boundary

    @torch.no_grad()
    def compute(graph, layers, edge_vectors, source=0, vector=None, weight=None) -> np.ndarray:
        vector = np.zeros(edge_vectors.shape[2], np.float32) if vector is None else vector
        boundary = Boundary(torch.tensor([source]), torch.from_numpy(vector)[None])
        states = [boundary.start(graph.num_entities)]
        weight = None if weight is None else torch.from_numpy(weight)
        for layer, vectors in zip(layers, edge_vectors, strict=True):
            relation = torch.from_numpy(vectors)[None]
            states.append(layer.after(adjacency_of(graph), relation, states[-1].clone(), boundary, weight))
        return torch.cat(states).numpy()

    return compute


@pytest.fixture(scope="session")
def random_layers():
    """Layers whose normalisations matter, and random edge vectors for groups of queries, [G, L, T, d]."""
    import torch
    from relxfer_kg.layers.message_passing import EntityLayer

    def make(graph: KnowledgeGraph, dim: int, depth: int, groups: int):
        torch.manual_seed(dim)
        layers = [EntityLayer(dim) for _ in range(depth)]
        with torch.no_grad():
            for layer in layers:
                layer.layer_norm.weight.copy_(1 + 0.3 * torch.randn(dim))
                layer.layer_norm.bias.copy_(0.3 * torch.randn(dim))
        rng = np.random.default_rng(dim)
        return layers, rng.standard_normal((groups, depth, graph.num_relations, dim)).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def wide():
    """Flat, the last axis padded with zeros to whole vectors."""

    def pad(values: np.ndarray) -> np.ndarray:
        from relxfer_kg.kernels.lanes import LANES

        missing = -values.shape[-1] % LANES
        return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)]).astype(np.float32).reshape(-1)

    return pad
