"""Fusion: an expert of the links and one of the attributes, each trusted as far as its prediction of a node tells."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell


class Fusion:
    """Each expert learns the sources' task on its own; what is predicted is the fused probability.

    The weight of an expert at a node is log C - H of its prediction there, so that no label chooses between them.
    """

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner = cell.learner

        def loss(step: Any, batch: Any) -> Any:
            return sum(learner.loss(batch, scores) for scores in learner.head.each(learner.features(batch)))

        cell.trainer.fit(learner, loss, *(source.train for source in cell.sources), turns=True)
        return learner
