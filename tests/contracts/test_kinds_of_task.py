"""Every built-in strategy runs on numbers and on labels, or is refused with a reason and with what to do."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from relxfer.contract.records import TransferStrategy, Validator
from relxfer.plugins.finder import Plugins
from relxfer.testing import blobs, harness

KINDS = ("regression", "multi-label")
OPTIONS = {"ensemble": {"of": "finetune", "members": 2}}
#: Strategies that only make sense for classes of which each query has one, and those that need a network.
FOR_CLASSES = {"prior-matching", "jan", "dann-entropy", "cdan", "mcd", "mdd", "mcc", "co-tuning", "k-means", "shot"}
FOR_NETWORKS = {
    "masked-reconstruction", "edge-prediction", "graph-autoencoder", "closed-form", "fusion", "grade", "strurw",
    "pairalign",
}  # fmt: skip
#: A prior is the adapter's to have; blobs have none.
WITHOUT_ROW = {"prior"}


@functools.cache
def offers():
    return {offer.record.name: offer.record for offer in Plugins.load().all(TransferStrategy.kind)}


def names():
    return sorted(set(offers()) - WITHOUT_ROW)


@functools.cache
def source(kind, folder):
    """A source model of the kind, trained once."""
    config = {
        "name": "source",
        "threads": 1,
        "device": "cpu",
        "source": {"datasets": [{"use": "blobs-source", "task": kind}], "training": {"steps": 40, "lr": 0.02}},
        "target": {"dataset": {"use": "blobs-target", "task": kind}},
        "strategy": {"use": "zero-shot"},
        "report": {"baselines": False},
    }
    results = harness.run(config, folder / kind, [blobs])
    return next((results.folder / "sources").glob("*/model.safetensors"))


def run(kind, name, folder, tmp_path, options=None, **tables):
    record = offers()[name]
    row = {"use": name, **(options or OPTIONS.get(name, {}))}
    trains = record.seeded or record.stage
    return harness.run(
        {
            "name": "kinds",
            "threads": 1,
            "device": "cpu",
            "source": {
                "datasets": [{"use": "blobs-source", "task": kind}],
                "checkpoint": str(source(kind, folder)),
            },
            "target": {"dataset": {"use": "blobs-target", "task": kind}},
            "training": {"batch_size": 8, **({"steps": 8, "lr": 0.01, "validations": 2} if trains else {})},
            "strategy": {"stages": [row, "finetune"]} if record.stage else row,
            "report": {"baselines": False},
            **tables,
        },
        tmp_path,
        [blobs],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sources")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", names())
def test_it_runs_or_is_refused_in_words(kind, name, folder, tmp_path):
    results = run(kind, name, folder, tmp_path)
    (cell,) = results.cells
    if name in FOR_CLASSES | FOR_NETWORKS:
        assert cell.status == "refused", cell.reason
        assert "needs " in cell.reason
        assert "Strategies that fit: " in cell.reason
        assert "finetune" in cell.reason.rpartition("Strategies that fit: ")[2]
        if name in FOR_CLASSES:
            assert "needs classes: the answers of target 'blobs-target' are no classes" in cell.reason
        return
    assert cell.status == "done", cell.reason
    metrics = results.row(cell.strategy).metrics
    assert set(metrics) >= ({"rmse", "mae"} if kind == "regression" else {"macro-f1", "micro-f1", "map"})
    assert all(np.isfinite(value) for value in metrics.values())


@pytest.mark.parametrize(
    ("kind", "head"), [("regression", "ridge"), ("multi-label", "logistic"), ("multi-label", "svm")]
)
def test_a_head_that_is_solved_for_learns(kind, head, folder, tmp_path):
    metrics = run(kind, "feature-extraction", folder, tmp_path, {"head": head}).rows[0].metrics
    assert metrics["r2"] > 0.5 if kind == "regression" else metrics["micro-f1"] > 0.8


@pytest.mark.parametrize(("kind", "head"), [("regression", "logistic"), ("multi-label", "ridge")])
def test_a_head_of_another_kind_of_task_is_refused(kind, head, folder, tmp_path):
    (cell,) = run(kind, "feature-extraction", folder, tmp_path, {"head": head}).cells
    assert cell.status == "refused"
    assert f"expected a head that can be solved for in {kind}" in cell.reason


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("validator", sorted(offer.record.name for offer in Plugins.load().all(Validator.kind)))
def test_a_validator_selects_or_is_refused_in_words(kind, validator, folder, tmp_path):
    (cell,) = run(kind, "dann", folder, tmp_path, validator=validator).cells
    if validator in ("entropy", "im", "class-shares", "snd", "mixval"):
        assert cell.status == "refused"
        assert f"validator '{validator}' cannot select here: needs classes" in cell.reason
    else:
        assert cell.status == "done", cell.reason
