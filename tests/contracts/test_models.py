"""Every built-in model keeps the contract; those of published weights share their classes with the small ones here."""

from __future__ import annotations

from relxfer.testing import ModelContract, blobs


class TestBlobs(ModelContract):
    model, target, plugins = "blobs-mlp", {"dataset": "blobs-target"}, (blobs,)


class OnPictures(ModelContract):
    target = {"dataset": "digits"}
    steps = 2


class TestLeNet(OnPictures):
    model, options = "lenet", {"width": 8}


class TestPixels(OnPictures):
    model = "pixels"


class TestResNet20(OnPictures):
    model = "resnet20"


class OnGraphs(ModelContract):
    facts = [["a", "likes", "b"], ["b", "likes", "c"], ["c", "likes", "a"], ["a", "knows", "c"], ["b", "knows", "a"]]
    target = {"dataset": {"use": "kg-files", "facts": facts, "valid": [["c", "knows", "b"]], "test": facts[:2]}}


class TestUltra(OnGraphs):
    model, options = "ultra", {"dim": 8, "relation_layers": 2, "entity_layers": 2}


class TestTrix(OnGraphs):
    model, options = "trix", {"dim": 8, "relation_layers": (1, 1), "entity_layers": (1, 2)}


class TestRelationFrequency(OnGraphs):
    model = "relation-frequency"


class TestReverseLookup(OnGraphs):
    model = "reverse-lookup"


class OnPairs(OnGraphs):
    target = OnGraphs.target | {"task": "relation-prediction"}


class TestTrixOfRelations(OnPairs):
    model, options = "trix", {"dim": 8, "relation_layers": (1, 1), "entity_layers": (1, 2)}


class TestFrequentRelations(OnPairs):
    model = "frequent-relations"


class TestPairLookup(OnPairs):
    model = "pair-lookup"


class OnNetworks(ModelContract):
    options = {"hidden": 8}
    target = {"dataset": {"use": "blocks", "nodes": 60, "mean_degree": 5.0, "width": 6}}


class TestGCN(OnNetworks):
    model = "gcn"


class TestGraphSAGE(OnNetworks):
    model = "graphsage"


class TestGIN(OnNetworks):
    model = "gin"


class TestGAT(OnNetworks):
    model = "gat"


class TestMLP(OnNetworks):
    model = "mlp"


class TestExperts(OnNetworks):
    model = "experts"


class TestDecoupled(OnNetworks):
    model = "decoupled"


class TestFilters(OnNetworks):
    model, options = "filters", {}


class OnLinks(OnNetworks):
    options = {}
    target = {"dataset": {"use": "blocks", "nodes": 60, "mean_degree": 5.0, "width": 6, "task": "links"}}


class TestAdamicAdar(OnLinks):
    model = "adamic-adar"


class TestResourceAllocation(OnLinks):
    model = "resource-allocation"


class TestPreferentialAttachment(OnLinks):
    model = "preferential-attachment"
