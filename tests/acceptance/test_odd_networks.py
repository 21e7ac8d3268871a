"""Runs on networks that are odd: each ends, or is refused with a reason."""

from __future__ import annotations

import numpy as np
import pytest

import relxfer

NODES = 24


def write(folder, edges, known=None):
    """Nodes of two classes; `known` further columns by name."""
    folder.mkdir(exist_ok=True)
    known = known or {}
    rows = [",".join([f"n{i}", "ab"[i % 2], *(str(column[i]) for column in known.values())]) for i in range(NODES)]
    (folder / "nodes.csv").write_text("\n".join([",".join(["node", "label", *known]), *rows]))
    (folder / "edges.csv").write_text("source,target\n" + "".join(f"n{a},n{b}\n" for a, b in edges))
    return {"use": "network-files", "path": str(folder / "edges.csv"), "nodes": str(folder / "nodes.csv")}


def run(tmp_path, target, source="karate-club", features=("structure",), strategy="finetune", model="gcn"):
    return relxfer.run(
        {
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": [source], "model": model, "training": {"steps": 2}},
            "target": {"dataset": target, "adapter": {"use": "networks", "features": list(features)}},
            "training": {"steps": 2},
            "strategy": [strategy],
        },
        out=tmp_path / "run",
    )


ODD = {
    "no edge": [],
    "loops alone": [(i, i) for i in range(NODES)],
    "one edge": [(0, 1)],
    "two parts": [(i, (i + 2) % NODES) for i in range(NODES)],
    "a star": [(0, i) for i in range(1, NODES)],
}


@pytest.mark.parametrize("edges", ODD.values(), ids=ODD)
@pytest.mark.parametrize("features", [("structure",), ("degree",)], ids=["structure", "degree"])
def test_every_shape_of_a_network_runs(edges, features, tmp_path):
    results = run(tmp_path, write(tmp_path / "odd", edges), features=features)
    assert not results.failed
    assert [cell.status for cell in results.cells if cell.strategy == "finetune"] == ["done"]


@pytest.mark.parametrize("model", ["graphsage", "rgcn", "gin", "gat", "decoupled", "mlp"])
def test_every_model_takes_a_network_without_edges(model, tmp_path):
    assert not run(tmp_path, write(tmp_path / "odd", []), model=model).failed


def test_features_of_other_names_are_refused_with_a_reason(tmp_path):
    ring = [(i, (i + 1) % NODES) for i in range(NODES)]
    source = write(tmp_path / "source", ring, {"age": np.arange(NODES), "size": np.ones(NODES)})
    target = write(tmp_path / "target", ring, {"weight": np.arange(NODES)})
    results = run(tmp_path, target, source, features=("given",))
    (cell,) = [cell for cell in results.cells if cell.strategy == "finetune"]
    assert cell.status == "refused"
    assert "expected some of the model's features (age, size" in cell.reason
    assert 'use features = ["structure"]' in cell.reason


def test_features_in_part_of_the_same_names_are_aligned(tmp_path):
    ring = [(i, (i + 1) % NODES) for i in range(NODES)]
    source = write(tmp_path / "source", ring, {"age": np.arange(NODES), "size": np.ones(NODES)})
    target = write(tmp_path / "target", ring, {"size": np.arange(NODES), "kind": ["x", "y", "z"] * 8})
    assert not run(tmp_path, target, source, features=("given",)).failed


def test_a_class_that_is_in_the_test_alone(tmp_path):
    table = write(tmp_path / "odd", ODD["two parts"])
    rows = [f"n{i},{'c' if i > 21 else 'ab'[i % 2]},{'test' if i > 15 else 'train'}" for i in range(NODES)]
    (tmp_path / "odd" / "nodes.csv").write_text("\n".join(["node,label,split", *rows]))
    results = run(tmp_path, table)
    assert not results.failed
    (target,) = results.targets.values()
    assert "2 test nodes have the label 'c', which no training node has" in target.notes
