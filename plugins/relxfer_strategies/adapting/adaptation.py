"""Shared by the strategies that adapt to a target without its labels: one look at every stream, and diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell, Step


@dataclass(frozen=True)
class Look:
    """What one step sees of its streams, the sources' first and the target's last.

    features  [b, width] of each
    scores    [b, candidates] of each
    task      the mean of the sources' losses
    """

    features: Sequence[Tensor]
    scores: Sequence[Tensor]
    task: Tensor

    @property
    def source(self) -> Tensor:
        """[n, width]: all sources together."""
        return torch.cat(list(self.features[:-1]))

    @property
    def target(self) -> Tensor:
        return self.features[-1]


def adapt(
    cell: Cell, term: Callable[[Step, Look], Tensor], weight: float = 1.0, keep: Mapping[str, nn.Module] = {}
) -> Any:
    """Minimise the sources' task loss + weight · term over the whole learner and the modules `keep`."""
    learner = cell.learner
    own = {name: module.to(device_of(learner)) for name, module in keep.items()}

    def loss(step: Step, *batches: Any) -> Tensor:
        seen = look(learner, batches)
        added = term(step, seen)
        told = {"feature_norm_source": float(seen.source.detach().norm(dim=1).mean())}
        step.log(method_loss=float(added.detach()), **told, **diagnostics(seen.target, seen.scores[-1]))
        return seen.task + weight * added

    groups = {"learner": (learner.module, 1.0), **{name: (module, 1.0) for name, module in own.items()}}
    cell.trainer.fit(learner, loss, *streams(cell), groups=groups, keep=own)
    return learner


def diagnostics(features: Tensor, scores: Tensor) -> dict[str, float]:
    """Of the target: the mean length of its features, and the share that is given the most frequent answer.

    >>> diagnostics(torch.tensor([[3.0, 4.0]] * 2), torch.tensor([[0.0, 1.0], [0.0, 2.0]]))
    {'feature_norm': 5.0, 'top_class': 1.0}
    """
    answers = scores.detach().argmax(1)
    return {
        "feature_norm": float(features.detach().norm(dim=1).mean()),
        "top_class": float(answers.bincount().max() / len(answers)),
    }


def streams(cell: Cell) -> list[Examples]:
    """The labelled examples of every source, then the target's without labels."""
    assert cell.target.unlabelled is not None
    return [*(source.train for source in cell.sources if source.train is not None), cell.target.unlabelled]


def look(learner: Any, batches: Sequence[Any]) -> Look:
    """One forward for each stream.

    Batch normalisation takes every stream by its own statistics, and its running statistics follow the target alone,
    on which the model will be judged.
    """
    *sources, target = batches
    with unrecorded(learner.module):
        features = [learner.features(batch) for batch in sources]
        scores = [learner.head(each) for each in features]
    losses = [learner.loss(batch, each) for batch, each in zip(sources, scores, strict=True)]
    features.append(learner.features(target))
    scores.append(learner.head(features[-1]))
    return Look(features, scores, torch.stack(losses).mean())


@contextmanager
def unrecorded(module: nn.Module) -> Iterator[None]:
    """Inside, the running statistics of batch normalisation stay as they are."""
    before = [(norm, norm.momentum) for norm in norms_of(module)]
    for norm, _ in before:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in before:
            norm.momentum = momentum


def norms_of(module: nn.Module) -> list[Any]:
    """The layers of batch normalisation that keep running statistics."""
    found = (m for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm))
    return [norm for norm in found if norm.track_running_stats]


def device_of(learner: Any) -> torch.device:
    return next(learner.module.parameters()).device
