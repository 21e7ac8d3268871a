"""Every built-in adapter keeps the contract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from relxfer_kg.asking.relations import Relations
from relxfer_kg.domain import facts_of
from relxfer_kg.training.negatives import known_answers
from relxfer_kg.trix.incidence import incidence_of

from relxfer.testing import AdapterContract, blobs


class TestBlobs(AdapterContract):
    config = {"target": {"dataset": "blobs-target"}, "source": {"datasets": ["blobs-source"]}}
    plugins = (blobs,)


class TestPictures(AdapterContract):
    config = {
        "target": {"dataset": "digits-photo", "model": {"use": "lenet", "channels": 3, "width": 16}},
        "source": {"datasets": ["digits"], "training": {"steps": 2}},
    }


def _family(people: int, words: tuple[str, str, str], seed: int) -> dict:
    """A tree of parents, their grandparents, and some who like somebody; the last likings are the test."""
    rng = np.random.default_rng(seed)
    names = [f"{words[0]}{i}" for i in range(people)]
    parent = {i: int(rng.integers(0, i)) for i in range(1, people)}
    facts = [[names[p], words[0], names[c]] for c, p in parent.items()]
    facts += [[names[parent[p]], words[1], names[c]] for c, p in parent.items() if p in parent]
    liking = [[names[i], words[2], names[int(j)]] for i, j in enumerate(rng.permutation(people)) if i != j]
    return {"use": "kg-files", "facts": facts + liking[:-8], "valid": liking[-8:-5], "test": liking[-5:]}


class GraphContract:
    """Two small graphs under one model."""

    model: dict

    @property
    def config(self):
        return {
            "target": {
                "dataset": _family(16, ("parent", "grandparent", "likes"), 0),
                "model": self.model,
                "adapter": {"use": "kg", "negatives": 4},
            },
            "source": {"datasets": [_family(14, ("above", "far-above", "knows"), 1)], "training": {"steps": 3}},
        }

    def without_answers(self, learner, examples, rows):
        """The graph without the batch's own facts; negatives stay those of the whole graph."""
        graph = examples.inputs
        own = graph.edges_of(facts_of(graph, examples.take(rows)))[: len(graph.facts)]
        bare = graph.without(np.flatnonzero(own))
        bare.kept("known answers", lambda: known_answers(graph))
        return replace(examples, inputs=bare)


class TestUltra(GraphContract, AdapterContract):
    model = {"use": "ultra", "dim": 8, "relation_layers": 2, "entity_layers": 2}


class TestTrix(GraphContract, AdapterContract):
    model = {"use": "trix", "dim": 8, "relation_layers": (1, 2), "entity_layers": (1, 2)}

    def without_answers(self, learner, examples, rows):
        """Which relations meet where stays, as in the published training."""
        bare = super().without_answers(learner, examples, rows)
        bare.inputs.kept("incidence", lambda: incidence_of(examples.inputs))
        return bare


class TestTrixOfRelations(GraphContract, AdapterContract):
    model = {"use": "trix", "dim": 8, "relation_layers": (1, 2), "entity_layers": (1, 1)}

    @property
    def config(self):
        made = super().config
        for side in made.values():
            side["task"] = "relation-prediction"
        return made | {"target": made["target"] | {"adapter": "kg"}}

    def without_answers(self, learner, examples, rows):
        """Which relations meet where stays."""
        graph = examples.inputs
        own = graph.edges_of(Relations().facts(examples.take(rows)))[: len(graph.facts)]
        bare = graph.without(np.flatnonzero(own))
        bare.kept("incidence", lambda: incidence_of(graph))
        return replace(examples, inputs=bare)


class NetworkContract:
    """Two small networks under one model."""

    model: str
    options: dict = {"hidden": 8}
    adapter: dict = {}
    task = "nodes"

    @property
    def config(self):
        small = {"use": "blocks", "nodes": 60, "mean_degree": 5.0, "width": 6, "task": self.task}
        return {
            "target": {
                "dataset": {**small, "seed": 1},
                "model": {"use": self.model, **self.options},
                "adapter": {"use": "networks", **self.adapter},
            },
            "source": {"datasets": [small], "training": {"steps": 2}},
        }


class TestGCN(NetworkContract, AdapterContract):
    model = "gcn"


class TestGraphSAGE(NetworkContract, AdapterContract):
    model = "graphsage"


class TestGIN(NetworkContract, AdapterContract):
    model = "gin"


class TestGAT(NetworkContract, AdapterContract):
    model = "gat"


class TestDecoupled(NetworkContract, AdapterContract):
    model = "decoupled"


class TestMLP(NetworkContract, AdapterContract):
    model = "mlp"


class TestExperts(NetworkContract, AdapterContract):
    model = "experts"


class TestFilters(NetworkContract, AdapterContract):
    model, options = "filters", {}


class TestDrawnNeighbours(NetworkContract, AdapterContract):
    model, adapter = "graphsage", {"fanout": (3, 2), "features": ("given", "degree", "structure"), "degrees": 8}


class TestLinksBetweenNodes(NetworkContract, AdapterContract):
    model, task = "gcn", "links"

    def without_answers(self, learner, examples, rows):
        """The network without the batch's own links."""
        own = examples.queries[rows][examples.answers[rows] == 1]
        return replace(examples, inputs=examples.inputs.without(examples.inputs.between(own)))
