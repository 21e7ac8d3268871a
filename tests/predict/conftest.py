"""A finished run of the blobs, to ask; and runs of small data in files, one of each modality."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import relxfer
from relxfer.predict import predictions
from relxfer.predict.chosen import Wanted
from relxfer.testing import blobs, harness

CONFIG = {
    "seeds": [3, 4],
    "threads": 1,
    "device": "cpu",
    "source": {"name": "s", "datasets": ["blobs-source"], "training": {"steps": 20, "lr": 0.02}},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [6, "all"]},
    "training": {"steps": 60, "lr": 0.02},
    "strategy": ["finetune", "zero-shot"],
}


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    return harness.run(CONFIG, tmp_path_factory.mktemp("asked") / "run", [blobs])


@pytest.fixture(scope="session")
def choose(results):
    """`choose(**wanted)` of that run."""

    def chosen(**wanted):
        return predictions.choose(results.folder, harness.plugins_with([blobs]), Wanted(**wanted))

    return chosen


@dataclass(frozen=True)
class Small:
    """A finished run, its data, and a table of questions; facts: further ones, in a file."""

    run: Path
    data: Path
    questions: Path
    facts: Path | None = None


def _made(kind: str, folder: Path) -> Small:
    """The run of one kind of data, with two seeds."""
    data = folder / "data"
    data.mkdir()
    target, asked, facts = {"facts": _facts, "nodes": _nodes, "pictures": _pictures}[kind](data, folder)
    config = {
        "name": kind,
        "seeds": 2,
        "threads": 1,
        "device": "cpu",
        "target": {"name": "t", **target},
        "training": {"steps": 4, "batch_size": 8, "lr": 0.01, "validations": 2},
        "strategy": ["scratch"],
        "report": {"baselines": False},
    }
    if kind != "facts":
        config["calibrator"] = "temperature"
    results = relxfer.run(config, folder / "run")
    assert not results.failed, results.failed
    return Small(results.folder, data, asked, facts)


def _facts(data: Path, folder: Path) -> tuple[dict[str, Any], Path, Path]:
    rng = np.random.default_rng(0)
    parents = [(int(rng.integers(0, child)), child) for child in range(1, 18)]
    rows = [(f"p{a}", "parent", f"p{b}") for a, b in parents]
    rows += [(f"p{b}", "likes", f"p{int(rng.integers(0, 18))}") for _, b in parents]
    (data / "facts.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
    asked, more = folder / "asked.tsv", folder / "more.tsv"
    asked.write_text("head\trelation\ttail\np3\tparent\t?\n?\tlikes\tp4\np0\tparent\tp7\n")
    more.write_text("p3\tparent\teve\neve\tlikes\tp4\n")
    dataset = {"use": "kg-files", "facts": str(data / "facts.tsv"), "test_fraction": 0.2}
    model = {"use": "ultra", "dim": 4, "relation_layers": 1, "entity_layers": 2}
    return {"dataset": dataset, "model": model, "adapter": {"use": "kg", "negatives": 4}}, asked, more


def _nodes(data: Path, folder: Path) -> tuple[dict[str, Any], Path, Path]:
    rng = np.random.default_rng(0)
    kinds = ["cat", "dog"] * 12
    rows = [f"n{i},{kind if i < 20 else ''},{rng.normal() + 2 * (kind == 'dog'):.3f}\n" for i, kind in enumerate(kinds)]
    (data / "nodes.csv").write_text("node,label,size\n" + "".join(rows))
    edges = {tuple(sorted(rng.choice(24, 2, replace=False).tolist())) for _ in range(60)}
    (data / "edges.csv").write_text("source,target\n" + "".join(f"n{a},n{b}\n" for a, b in sorted(edges)))
    asked, more = folder / "asked.csv", folder / "more.csv"
    asked.write_text("node,label\nn1,\nn21,dog\nn0,\n")
    more.write_text("source,target\nn0,n21\nn1,n21\nn2,n21\n")
    paths = {"path": str(data / "edges.csv"), "nodes": str(data / "nodes.csv")}
    dataset = {"use": "network-files", **paths, "test_fraction": 0.3}
    return {"dataset": dataset, "model": {"use": "gcn", "hidden": 4}}, asked, more


def _pictures(data: Path, folder: Path) -> tuple[dict[str, Any], Path, None]:
    rng, asked = np.random.default_rng(0), folder / "asked"
    asked.mkdir()
    for name, least in (("dark", 0), ("light", 150)):
        (data / name).mkdir()
        for number in range(12):
            pixels = rng.integers(least, least + 100, (8, 8)).astype(np.uint8)
            Image.fromarray(pixels).save((data / name if number else asked) / f"{name}{number}.png")
    dataset = {"use": "image-files", "path": str(data), "test_fraction": 0.3}
    adapter = {"use": "images", "size": 28, "channels": 1, "resize": "stretch"}
    return {"dataset": dataset, "model": {"use": "lenet", "width": 4}, "adapter": adapter}, asked, None


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """`small(kind)`: the run of "facts", "nodes" or "pictures"; nothing of it may be changed."""
    runs: dict[str, Small] = {}

    def of(kind: str) -> Small:
        if kind not in runs:
            runs[kind] = _made(kind, tmp_path_factory.mktemp(kind))
        return runs[kind]

    return of
