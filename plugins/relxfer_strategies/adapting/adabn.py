"""AdaBN: batch normalisation by the target's own statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer.seeding import generator

#: A batch of fewer rows gives no variance.
FEWEST = 2


class AdaBN:
    """Estimate mean and variance of every batch normalisation anew, on the target's inputs (Li et al. 2017).

    The weights stay. The statistics are averages over batches that are drawn in a fixed order, since inputs may lie
    sorted by class; a short last batch is left out.
    """

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.batch_norm import with_running_statistics

        learner, inputs = cell.learner, _shuffled(cell.target.unlabelled)
        norms = with_running_statistics(learner.module)
        if not norms:
            raise Incompatible(
                "layers of batch normalisation in the source model",
                "none",
                "use a strategy that needs none (dann, cdan, mmd, jan, coral, mcd, mdd, mcc)",
            )
        if len(inputs) < FEWEST:
            raise Incompatible(f"at least {FEWEST} inputs of the target", str(len(inputs)), "add unlabelled data")
        cell.trainer.once(learner, lambda: _estimate(learner, norms, cell.trainer.batches(learner, inputs)))
        return learner


def _estimate(learner: Any, norms: Sequence[Any], batches: Iterable[Any]) -> None:
    import torch

    from relxfer.authoring.torch_learner import evaluating

    momenta = [norm.momentum for norm in norms]
    with evaluating(learner.module), torch.no_grad():
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a cumulative average
            norm.train()
        full = 0
        for batch in batches:
            if not full and len(batch.rows) < FEWEST:
                raise Incompatible(f"batches of at least {FEWEST} inputs", "1", "raise training.batch_size")
            full = max(full, len(batch.rows))
            if len(batch.rows) == full:
                learner.features(batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def _shuffled(examples: Any) -> Examples:
    return examples.take(generator("adabn").permutation(len(examples)))
