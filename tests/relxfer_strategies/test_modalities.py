"""The same strategy classes on knowledge graphs, on pictures and on networks; refused where a capability is missing."""

from __future__ import annotations

import numpy as np
import pytest

import relxfer
from relxfer.store import files

ULTRA = {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 1}
LENET = {"use": "lenet", "size": 16, "width": 16}
ANYWHERE = [
    {"use": "finetune"},
    {"use": "finetune", "name": "gradual", "gradual_unfreezing": True, "freeze_statistics": True},
    {"use": "feature-extraction"},
    {"use": "l2-sp", "source_penalty_on": "all"},
    {"use": "lora", "rank": 2},
]
WITH_FEATURES = [
    {"use": "feature-extraction", "name": "logistic", "head": "logistic"},
    {"use": "feature-extraction", "name": "svm", "head": "svm"},
    *({"use": name} for name in ("delta", "bss", "co-tuning", "rkd", "sp")),
]


def links(seed: int) -> dict:
    rng = np.random.default_rng(seed)
    facts = [[f"e{i}", relation, f"e{(i + step) % 12}"] for i in range(12) for step, relation in ((1, "a"), (2, "b"))]
    order = rng.permutation(len(facts))
    held = [facts[i] for i in order[:4]]
    return {"use": "kg-files", "facts": [facts[i] for i in order[4:]], "test": held, "valid": held[:1]}


def run(folder, source, target, strategies, **changes) -> relxfer.Results:
    config = {
        "name": "tenant",
        "threads": 1,
        "device": "cpu",
        "source": {**source, "training": {"steps": 2, "batch_size": 8, "validations": 0}},
        "target": target,
        "training": {"steps": 3, "batch_size": 8, "validations": 1},
        "strategy": strategies,
        "report": {"baselines": False},
        **changes,
    }
    return relxfer.run(config, out=folder)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory):
    source = {"datasets": [links(0)], "model": ULTRA}
    return run(tmp_path_factory.mktemp("kg"), source, {"dataset": links(1)}, ANYWHERE + WITH_FEATURES)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    source, target = {"datasets": ["digits"], "model": LENET}, {"dataset": "digits-photo", "label_budgets": [40, "all"]}
    return run(tmp_path_factory.mktemp("vision"), source, target, ANYWHERE + WITH_FEATURES)


NETWORK = {"use": "blocks", "nodes": 60, "mean_degree": 5.0, "width": 6}
GNNS = ("gcn", "graphsage", "rgcn", "gin", "gat", "mlp", "decoupled")
ADAPTATIONS = ("mmd", "coral", "jan", "dann", "dann-entropy", "cdan", "mcd", "mdd", "mcc", "autoencoder")


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """Every strategy under the default model; those of acceptance under every other."""

    def of(model, strategies):
        source = {"datasets": [{**NETWORK, "test_fraction": 0.0}], "model": {"use": model, "hidden": 8}}
        target = {"dataset": {**NETWORK, "seed": 1}, "label_budgets": [12, "all"]}
        return run(tmp_path_factory.mktemp(model), source, target, strategies)

    every = [each for each in ANYWHERE + WITH_FEATURES if each.get("name") != "gradual"]
    every += [{"use": name} for name in ADAPTATIONS]
    few = [{"use": name} for name in ("mmd", "coral", "dann", "cdan", "finetune", "feature-extraction", "l2-sp")]
    return {model: of(model, every if model == "gcn" else few) for model in GNNS}


def names(strategies):
    return [each.get("name", each["use"]) for each in strategies]


def status(results):
    return {cell.strategy: cell.status for cell in results.cells}


def test_pictures_take_every_strategy(pictures):
    assert {name: status(pictures)[name] for name in names(ANYWHERE + WITH_FEATURES)} == dict.fromkeys(
        names(ANYWHERE + WITH_FEATURES), "done"
    )


@pytest.mark.parametrize("model", GNNS)
def test_networks_take_every_strategy_unchanged(networks, model):
    found = status(networks[model])
    assert set(found.values()) == {"done"}, networks[model].cells
    assert {"mmd", "coral", "dann", "cdan", "finetune", "feature-extraction", "l2-sp"} <= set(found)


def test_links_take_those_that_need_no_features(graphs):
    assert {name: status(graphs)[name] for name in names(ANYWHERE)} == dict.fromkeys(names(ANYWHERE), "done")


@pytest.mark.parametrize("name", names(WITH_FEATURES))
def test_links_refuse_the_others_with_reason_and_remedy(graphs, name):
    cell = next(cell for cell in graphs.cells if cell.strategy == name)
    assert cell.status == "refused"
    assert "needs features: a link is scored from the pair of query and candidate" in cell.reason
    assert "finetune" in cell.reason.split("Strategies that fit: ")[1]


def test_a_student_may_be_smaller_than_its_teacher(tmp_path):
    source = {"datasets": ["digits"], "model": {**LENET, "size": 20}}
    small = {"dataset": "digits-photo", "model": {**LENET, "width": 4}, "label_budgets": [40, "all"]}
    found = run(tmp_path, source, small, [{"use": "rkd"}, {"use": "sp"}, {"use": "scratch"}, {"use": "finetune"}])
    widths = {}
    for cell in found.cells:
        assert cell.status == "done", cell.reason
        arrays, _ = files.read_arrays(found.folder / "cells" / cell.id / "model.safetensors")
        widths[cell.strategy] = arrays["head.weight"].shape[1]
    assert widths == {"rkd": 4, "sp": 4, "scratch": 4, "finetune": 16}


def test_what_a_student_learns_depends_on_its_teacher(tmp_path):
    """Another teacher is another fingerprint; scratch stays the same cell."""
    target = {"dataset": "digits-photo", "model": LENET, "label_budgets": [40, "all"]}
    ids = []
    for width in (8, 16):
        source = {"datasets": ["digits"], "model": {**LENET, "width": width}}
        found = run(tmp_path / str(width), source, target, [{"use": "rkd"}, {"use": "scratch"}])
        ids.append({cell.strategy: cell.id for cell in found.cells})
    assert ids[0]["rkd"] != ids[1]["rkd"]
    assert ids[0]["scratch"] == ids[1]["scratch"]
