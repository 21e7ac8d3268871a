"""ULTRA on a GPU against ULTRA on the processor; `test_learner.py` runs this file in a process that sees the GPU."""

import numpy as np
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.layers.message_passing import EntityLayer
from relxfer_kg.ultra.model import UltraModel, UltraOptions

from relxfer.contract.data import Examples


def examples():
    rng = np.random.default_rng(0)
    facts = np.stack([rng.integers(0, limit, 300) for limit in (40, 5, 40)], 1)
    graph = KnowledgeGraph(tuple(f"e{i}" for i in range(40)), tuple("abcde"), facts)
    return Examples(graph, np.stack([rng.integers(0, 40, 50), rng.integers(0, 10, 50)], 1), rng.integers(0, 40, 50))


def learner(device, **options):
    torch.manual_seed(0)
    sizes = UltraOptions(dim=32, relation_layers=3, entity_layers=3, half_links=True)
    made = UltraModel(sizes).learner(KGOptions(**options))
    torch.nn.init.normal_(made.module.half_links[2].weight)
    made.module.to(device)
    return made


def test_the_device_gives_the_scores_of_the_processor(monkeypatch):
    monkeypatch.setattr("relxfer_kg.dense._STATES_BYTES", {"cpu": 2**20, "cuda": 2**16})  # several blocks
    expected = np.concatenate(list(learner("cpu").predict(examples())))
    got = list(learner("cuda").predict(examples()))
    assert len(got) > 2
    np.testing.assert_allclose(np.concatenate(got), expected, rtol=1e-5, atol=1e-5)


def test_the_device_gives_the_gradients_of_the_processor():
    gradients = []
    for device in ("cpu", "cuda"):
        made = learner(device)
        made.loss(made.batch(examples(), np.arange(8), np.random.default_rng(0))).backward()
        gradients.append([parameter.grad.cpu() for parameter in made.module.parameters()])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-6)


def test_a_hook_sees_what_a_layer_computes_on_the_device():
    made, seen = learner("cuda"), []
    layer = made.module.entity_model.layers[1]
    expected = np.concatenate(list(made.predict(examples())))
    layer.register_forward_hook(lambda module, given, y: seen.append(y.shape))
    np.testing.assert_allclose(np.concatenate(list(made.predict(examples()))), expected, rtol=1e-5, atol=1e-5)
    assert seen


def test_a_layer_of_another_kind_computes_what_it_says():
    class Loud(EntityLayer):
        def forward(self, *given):
            return super().forward(*given) + 1

    scores = []
    for device in ("cpu", "cuda"):
        made = learner(device)
        made.module.entity_model.layers[1].__class__ = Loud
        scores.append(np.concatenate(list(made.predict(examples()))))
    np.testing.assert_allclose(*scores, rtol=1e-4, atol=1e-4)
