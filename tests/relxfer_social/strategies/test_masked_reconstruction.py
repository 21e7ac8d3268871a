"""Masked reconstruction: what it learns restores hidden features of a network that it never saw."""

from __future__ import annotations

import numpy as np
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.data.blocks import load
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_social.strategies.hidden import Masked
from relxfer_strategies.unlabelled.pretraining import pretrain, unlabelled

from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Cell
from relxfer.seeding import seed_torch
from relxfer.train.trainer import PhaseTrainer


def error(learner, loss: Masked, domain) -> float:
    """Over the nodes of a network, the same of which are hidden whenever this is asked."""
    rows = np.arange(len(domain.unlabelled))
    batch = learner.batch(domain.unlabelled, rows, np.random.default_rng(0))
    torch.manual_seed(0)
    learner.module.eval()
    with torch.no_grad():
        return loss(learner, batch).item()


def test_hidden_features_of_another_network_are_restored(tmp_path):
    kind = {"nodes": 300, "homophily": 0.95, "signal": 3.0, "test_fraction": 0.0}
    source, other = (load(BlocksOptions(**kind, seed=seed), {}) for seed in (0, 1))
    seed_torch("masked")
    learner = NetworkAdapter(NetworkOptions()).attach(gcn(GNNOptions(hidden=32, dropout=0.0)), None, [source])
    loss = Masked(torch.nn.Linear(32, learner.token_size), learner.token_size, 0.5, 2.0)
    before = error(learner, loss, other)
    training = TrainingOptions(steps=60, batch_size=300, lr=0.01)
    cell = Cell(learner, PhaseTrainer(training, tmp_path, seed=0), source, (source,))
    pretrain(cell, loss, unlabelled(cell, "sources"))
    assert error(learner, loss, other) < 0.6 * before
