"""Two experts: which of them is trusted, and where."""

from __future__ import annotations

import pytest

import relxfer


@pytest.fixture(scope="module")
def reached(tmp_path_factory):
    """Accuracy on a target whose links say the opposite of the source's, by model."""
    found = {}
    for model, strategy in (("experts", "fusion"), ("gcn", "zero-shot"), ("mlp", "zero-shot")):
        kind = {"use": "blocks", "nodes": 300, "signal": 1.5}
        training = {"steps": 60, "batch_size": 240, "lr": 0.01}
        config = {
            "name": "fusion",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": [kind], "model": model, "training": training},
            "target": {"dataset": {**kind, "seed": 1, "homophily": 0.1, "test_fraction": 0.5}},
            **({"training": training} if strategy == "fusion" else {}),
            "strategy": [strategy],
            "report": {"baselines": False},
        }
        results = relxfer.run(config, out=tmp_path_factory.mktemp(model))
        found[model] = results.rows[0].metrics["accuracy"]
    return found


def test_where_links_mislead_attributes_are_trusted(reached):
    assert reached["mlp"] > reached["gcn"]
    assert reached["experts"] > reached["gcn"] + 0.03
