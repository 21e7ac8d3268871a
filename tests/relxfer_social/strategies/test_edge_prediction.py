"""Edge prediction: what it learns ranks links that it never saw."""

from __future__ import annotations

import numpy as np
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.data import blocks
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_social.strategies.hidden import Linked, products
from relxfer_strategies.unlabelled.pretraining import pretrain, unlabelled

from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Cell
from relxfer.seeding import seed_torch
from relxfer.train.trainer import PhaseTrainer


def domain(**options):
    return blocks.load(BlocksOptions(**options), {})


def bound(source, model=None):
    """A learner attached to a source alone, as its stages have it."""
    seed_torch("learner")
    model = model or gcn(GNNOptions(hidden=32, dropout=0.0))
    return NetworkAdapter(NetworkOptions()).attach(model, None, [source])


def test_edge_prediction_ranks_links_it_never_saw_above_other_pairs(tmp_path):
    """On another network, half of whose links are hidden."""
    kind = {"nodes": 300, "homophily": 0.95, "signal": 1.0, "test_fraction": 0.0}
    source, other = domain(**kind), domain(**kind, seed=1)
    learner, objective = bound(source), Linked(32, 0.5)
    before = ranked(learner, objective, other)
    training = TrainingOptions(steps=120, batch_size=300, lr=0.01)
    cell = Cell(learner, PhaseTrainer(training, tmp_path, seed=0), source, (source,))
    pretrain(cell, objective, unlabelled(cell, "sources"))
    assert ranked(learner, objective, other) > max(0.65, before + 0.05)


def ranked(learner, objective, seen) -> float:
    """The share of (hidden link, pair without a link) in their right order."""
    torch.manual_seed(0)
    rows = np.arange(len(seen.unlabelled))
    with torch.no_grad():
        thin, links = learner.unlinked(learner.batch(seen.unlabelled, rows, np.random.default_rng(0)), 0.5)
        features = objective.projection(learner.features(thin))
        linked, apart = (products(features, pairs) for pairs in (links.linked, links.apart))
    return float((linked[:, None] > apart).float().mean())
