"""Training on the sources' task loss together with a term that compares source and target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from relxfer.authoring.device import device_of
from relxfer.authoring.forward import Forward, forward
from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell, ParameterGroup, Step


def train_jointly(
    cell: Cell, term: Callable[[Step, Forward], Tensor], weight: float = 1.0, keep: Mapping[str, nn.Module] = {}
) -> Any:
    """Minimise L_task + weight · term over the whole learner and the modules in `keep`; the learner.

    term   of one step: (step, forward pass of every stream) -> a number
    keep   modules of the strategy's own, such as a discriminator, by name
    """
    learner = cell.learner
    device = device_of(learner)
    own = {name: module.to(device) for name, module in keep.items()}

    def loss(step: Step, *batches: Any) -> Tensor:
        passed = forward(learner, batches)
        added = term(step, passed)
        step.log(
            method_loss=float(added.detach()),
            feature_norm_source=mean_length(passed.source),
            **diagnostics(passed.target, passed.scores[-1]),
        )
        return passed.task_loss + weight * added

    groups = {"learner": ParameterGroup(learner.module)}
    groups |= {name: ParameterGroup(module) for name, module in own.items()}
    cell.trainer.fit(learner, loss, *streams(cell), groups=groups, keep=own)
    return learner


def diagnostics(features: Tensor, scores: Tensor) -> dict[str, float]:
    """Of the target: the mean length of its features, and the share that is given the most frequent answer.

    >>> import torch
    >>> diagnostics(torch.tensor([[3.0, 4.0]] * 2), torch.tensor([[0.0, 1.0], [0.0, 2.0]]))
    {'feature_norm': 5.0, 'top_class': 1.0}
    """
    answers = scores.detach().argmax(1)
    return {"feature_norm": mean_length(features), "top_class": float(answers.bincount().max() / len(answers))}


def mean_length(features: Tensor) -> float:
    """The mean Euclidean length of rows [n, width]."""
    return float(features.detach().norm(dim=1).mean())


def streams(cell: Cell) -> list[Examples]:
    """The labelled examples of every source, then the target's without labels."""
    assert cell.target.unlabelled is not None
    return [*(source.train for source in cell.sources if source.train is not None), cell.target.unlabelled]
