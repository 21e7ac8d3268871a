"""Stages without labels on networks: what they learn carries over, reads no label, and hides what it predicts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.data import blocks
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_strategies.unlabelled.contrasts import contrast

import relxfer
from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Cell
from relxfer.declare import resolve
from relxfer.plugins.finder import Plugins
from relxfer.seeding import seed_torch
from relxfer.store import files
from relxfer.train.trainer import PhaseTrainer

STAGES = ("dgi", "grace", "masked-reconstruction", "edge-prediction", "graph-autoencoder")
SMALL = {"use": "blocks", "nodes": 120, "mean_degree": 5.0, "width": 6, "test_fraction": 0.0}


def config(stage: str, source: dict, target: dict, **training) -> dict:
    return {
        "name": "pretraining",
        "threads": 1,
        "device": "cpu",
        "seeds": 3,
        "source": {
            "datasets": [source],
            "labels": False,
            "stages": [{"use": stage, "inputs": "sources"}],
            "training": training,
        },
        "target": {
            "dataset": target,
            "model": {"use": "gcn", "hidden": 32, "dropout": 0.0},
            "label_budgets": [5],
            "labels_per": "class",
        },
        "training": {"steps": 1},
        "strategy": [{"use": "feature-extraction", "head": "logistic"}, {"use": "linear"}],
        "report": {"baselines": False},
    }


@pytest.mark.parametrize("stage", STAGES)
def test_unlabelled_networks_teach_more_than_none(tmp_path, stage):
    """Five labels a class on another network of the same kind: a linear head on what was learnt, and on nothing."""
    source = {"use": "blocks", "nodes": 400, "signal": 0.8, "test_fraction": 0.0}
    target = {"use": "blocks", "nodes": 300, "signal": 0.8, "seed": 1, "test_fraction": 0.6}
    results = relxfer.run(config(stage, source, target, steps=60, batch_size=400, lr=0.01), out=tmp_path)
    learnt, random = (results.row(name, 5).metrics["accuracy"] for name in ("feature-extraction", "linear"))
    assert learnt > random + 0.04


@pytest.mark.parametrize("stage", STAGES)
def test_labels_of_the_source_change_nothing(tmp_path, stage):
    def weights(relabel: int) -> dict:
        made = config(stage, {**SMALL, "relabel": relabel}, {**SMALL, "test_fraction": 0.5}, steps=3, batch_size=40)
        results = relxfer.run({**made, "seeds": 1}, out=tmp_path / str(relabel))
        return files.read_arrays(next((results.folder / "sources").glob("*/model.safetensors")))[0]

    first, second = weights(0), weights(1)
    assert all(np.array_equal(first[name], second[name]) for name in first)


# ------------------------------------------------------------------ one stage alone


def domain(**options):
    return blocks.load(BlocksOptions(**options), {})


def bound(source, model=None):
    """A learner attached to a source alone, as its stages have it."""
    seed_torch("learner")
    model = model or gcn(GNNOptions(hidden=32, dropout=0.0))
    return NetworkAdapter(NetworkOptions()).attach(model, None, [source])


def trained(stage, source, folder, learner=None, steps=80, **options):
    """The learner, and the loss of every step."""
    losses: list[float] = []
    record = Plugins.load().find("strategy", stage).record
    chosen = resolve.load_object(record.options)(inputs="sources", **options)
    training = TrainingOptions(steps=steps, batch_size=len(source.inputs), lr=0.01)

    def emit(kind, loss=None, **values):
        losses.extend([loss] if kind == "step" else [])

    cell = Cell(learner or bound(source), PhaseTrainer(training, folder, seed=0, emit=emit), source, (source,))
    return resolve.load_object(record.load)(chosen).transfer(cell), losses


@pytest.mark.parametrize("stage", STAGES)
def test_the_loss_falls(tmp_path, stage):
    _, losses = trained(stage, domain(nodes=200, test_fraction=0.0), tmp_path)
    assert np.mean(losses[-10:]) < 0.95 * np.mean(losses[:5])


@pytest.mark.parametrize("stage", STAGES)
def test_a_network_without_edges_is_learnt_from(tmp_path, stage):
    source = domain(nodes=60, test_fraction=0.0)
    bare = source.inputs.without(np.ones(source.inputs.edges.shape[1], bool))
    unlinked = replace(source, inputs=bare, unlabelled=replace(source.unlabelled, inputs=bare), train=None)
    _, losses = trained(stage, unlinked, tmp_path, steps=3)
    assert np.isfinite(losses).all()


def test_the_head_stays_untrained(tmp_path):
    source = domain(nodes=60, test_fraction=0.0)
    learner = bound(source)
    before = learner.head.weight.detach().clone()
    trained("dgi", source, tmp_path, learner, steps=3)
    assert torch.equal(learner.head.weight, before)


# ------------------------------------------------------------------ losses


def test_contrast_is_lowest_where_views_agree():
    torch.manual_seed(0)
    views, others = torch.randn(8, 4), torch.randn(8, 4)
    same, apart = contrast(views, views, 0.5), contrast(views, others, 0.5)
    assert same < apart


def test_contrast_takes_the_size_of_features_for_nothing():
    torch.manual_seed(0)
    first, second = torch.randn(5, 3), torch.randn(5, 3)
    assert torch.allclose(contrast(first, second, 0.5), contrast(7 * first, second / 3, 0.5))


def test_contrast_counts_the_other_rows_of_both_views():
    torch.manual_seed(0)
    first, second = (torch.nn.functional.normalize(torch.randn(4, 3)) for _ in range(2))
    rows = []
    for i in range(4):
        near = torch.exp(first[i] @ second[i] / 0.5)
        rest = sum(torch.exp(first[i] @ other / 0.5) for k in range(4) if k != i for other in (first[k], second[k]))
        rows.append(-torch.log(near / (near + rest)))
    assert torch.allclose(contrast(first, second, 0.5), torch.stack(rows).mean(), atol=1e-6)
