"""One forward pass of every stream of a step: the labelled sources, then the target without labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from relxfer.authoring.batch_norm import running_statistics_kept


@dataclass(frozen=True)
class Forward:
    """What the network computes of one batch of each stream, the sources' first and the target's last.

    features   [b, width] of each stream
    scores     [b, candidates] of each stream
    task_loss  the mean over sources of the task's loss
    """

    features: Sequence[Tensor]
    scores: Sequence[Tensor]
    task_loss: Tensor

    @property
    def source(self) -> Tensor:
        """[n, width]: the features of all sources together."""
        return torch.cat(list(self.features[:-1]))

    @property
    def target(self) -> Tensor:
        """[b, width]: the features of the target."""
        return self.features[-1]


def forward(learner: Any, batches: Sequence[Any]) -> Forward:
    """Every batch passes the network on its own, so that batch normalisation takes each domain by its own statistics.

    The running statistics follow the target alone, on which the model will be judged.
    """
    *sources, target = batches
    with running_statistics_kept(learner.module):
        features = [learner.features(batch) for batch in sources]
        scores = [learner.head(each) for each in features]
    losses = [learner.loss(batch, each) for batch, each in zip(sources, scores, strict=True)]
    features.append(learner.features(target))
    scores.append(learner.head(features[-1]))
    return Forward(features, scores, torch.stack(losses).mean())
