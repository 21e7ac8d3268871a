"""What stands beside a recommendation."""

from __future__ import annotations

import numpy as np

import relxfer


def nodes(folder, name, labelled, seed):
    """A network of two groups whose members are linked more often, in files; some have no label."""
    rng, count = np.random.default_rng(seed), 40
    groups = np.arange(count) % 2
    near = rng.random((count, count)) < np.where(groups[:, None] == groups, 0.25, 0.02)
    edges = np.argwhere(np.triu(near, 1))
    (folder / f"{name}_edges.csv").write_text("source,target\n" + "".join(f"n{a},n{b}\n" for a, b in edges))
    rows = [f"n{n},{'ab'[groups[n]] if n < labelled else ''}" for n in range(count)]
    (folder / f"{name}_nodes.csv").write_text("node,label\n" + "\n".join(rows) + "\n")
    return {
        "use": "network-files",
        "path": str(folder / f"{name}_edges.csv"),
        "nodes": str(folder / f"{name}_nodes.csv"),
    }


def test_nodes_without_a_label_are_named_and_past_pairs_are_told(tmp_path):
    source, target = nodes(tmp_path, "source", 40, 1), nodes(tmp_path, "target", 30, 2)
    config = {
        "name": "made", "seeds": 3, "threads": 1, "device": "cpu",
        "source": {"name": "s", "datasets": [source], "training": {"steps": 5, "validations": 0}},
        "target": {"name": "t", "dataset": target, "label_budgets": [12]},
        "training": {"steps": 5, "validations": 1}, "strategy": ["finetune"],
    }  # fmt: skip
    made = relxfer.recommend(config, tmp_path / "run", minutes=5, progress=False)
    assert len(set(made.besides.label_next)) == len(made.besides.label_next) == 5
    assert set(made.besides.label_next) <= {f"n{n}" for n in range(30, 40)}
    assert made.besides.like is not None
    page = " ".join(str(made).split())
    assert f"Label next: {', '.join(made.besides.label_next)}." in page
    assert " ".join(made.besides.past.split()) in page
    assert made.besides.card()["past_pairs"]["pairs"] == made.besides.like.pairs
