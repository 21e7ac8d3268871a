"""GRADE: the discriminator sees every layer, so that both sides must have the same number of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from relxfer_social.strategies.grade import GRADE, GRADEOptions

import relxfer
from relxfer.contract.data import Examples
from relxfer.errors import Incompatible

BLOCKS = {"use": "blocks", "nodes": 60, "mean_degree": 6.0, "width": 6}


class Trainer:
    """Keeps what it is asked to fit, and takes one step of it."""

    def batches(self, learner, examples):
        yield examples

    def fit(self, learner, loss, *streams, groups, keep):
        self.discriminator = keep["discriminator"]
        step = SimpleNamespace(progress=1.0, log=lambda **values: None, device=torch.device("cpu"))
        self.loss = loss(step, *streams)


def cell(source_layers: int, target_layers: int):
    """Three nodes a side, with so many layers of four values."""
    rows = {"source": source_layers, "target": target_layers}

    def layers(batch):
        return [torch.full((3, 4), float(number), requires_grad=True) for number in range(rows[batch.inputs])]

    learner = SimpleNamespace(
        layers=layers,
        head=torch.nn.Linear(4, 2),
        module=torch.nn.Linear(4, 2),
        width=4,
        loss=lambda batch, scores: scores.square().mean(),
    )
    sides = {name: Examples(name, torch.arange(3).numpy()) for name in rows}
    source = SimpleNamespace(train=sides["source"])
    target = SimpleNamespace(unlabelled=sides["target"])
    return SimpleNamespace(learner=learner, trainer=Trainer(), sources=[source], target=target)


def test_the_discriminator_sees_the_layers_side_by_side():
    made = cell(3, 3)
    GRADE(GRADEOptions()).transfer(made)
    first = next(layer for layer in made.trainer.discriminator.modules() if isinstance(layer, torch.nn.Linear))
    assert first.in_features == 3 * 4
    assert made.trainer.loss.isfinite()


def test_other_depths_on_the_target_are_refused():
    with pytest.raises(Incompatible, match="layers of 8 and 12 values together"):
        GRADE(GRADEOptions()).transfer(cell(2, 3))


def test_it_runs_with_one_depth_and_not_with_two(tmp_path):
    def status(model: dict) -> str:
        config = {
            "name": "grade",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": [BLOCKS], "model": model, "training": {"steps": 2, "batch_size": 32}},
            "target": {"dataset": {**BLOCKS, "seed": 1}},
            "training": {"steps": 2, "batch_size": 32},
            "strategy": ["grade"],
            "report": {"baselines": False},
        }
        return relxfer.run(config, out=tmp_path / model["use"]).cells[0].status

    assert status({"use": "gcn", "hidden": 8}) == "done"
    assert status({"use": "decoupled", "hidden": 8}) == "refused"
