"""DELTA: fine-tuning that keeps the feature maps of the source model (feature-representation transfer)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import NonNegativeFloat

from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning.learning_rates import LearningRates


class DeltaOptions(LearningRates):
    """Strengths of the two penalties."""

    feature_map_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 0.1
    """Factor on the squared distance to the source's feature maps beside the task loss, from 0 (alpha in the paper)."""
    head_penalty_weight: NonNegativeFloat = 0.01
    """Factor on half the squared weights of the head beside the task loss, from 0 (beta in the paper)."""


class Delta:
    """L_task + feature_map_weight · sum_i mean (FM_i(x) - FM_i^0(x))^2 + head_penalty_weight / 2 · |w_head|^2.

    FM_i are the outputs of the parts before the head, FM_i^0 those of the source model on the same batch.
    Li et al. (2019), with all channels weighted alike.
    """

    def __init__(self, options: DeltaOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        learner, teacher, options = cell.learner, cell.teacher, self.options
        teacher.module.eval()

        def loss(step: Any, batch: Any) -> Any:
            with torch.no_grad(), maps(teacher) as theirs:
                theirs.append(teacher.features(batch))
            with maps(learner) as ours:
                ours.append(learner.features(batch))
            moved = sum((a - b).square().mean() for a, b in zip(ours, theirs, strict=True))
            size = sum(weight.square().sum() for weight in learner.head.parameters())
            task = learner.loss(batch, learner.head(ours[-1]))
            return task + options.feature_map_weight * moved + options.head_penalty_weight / 2 * size

        cell.trainer.fit(learner, loss, cell.target.train, groups=options.groups(learner))
        return learner


@contextmanager
def maps(learner: Any) -> Iterator[list[Any]]:
    """The outputs of its inner parts, as they are computed inside; the last before the head gives the features."""
    seen: list[Any] = []
    inner = [part for _, part in learner.parts()[:-2]]
    hooks = [part.register_forward_hook(lambda module, inputs, output: seen.append(output)) for part in inner]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()
