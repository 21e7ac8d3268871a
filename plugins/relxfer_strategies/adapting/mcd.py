"""MCD: two heads that disagree on the target, and features on which they cannot."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell, Update


class MCDOptions(Options):
    """How often the features are moved."""

    repeat: PositiveInt = 4
    """Updates of the features for each update of the heads."""


#: Share of the steps in which the new head alone is trained, so that its first disagreement means something.
WARM_UP = 0.1


class MCD:
    """Maximum classifier discrepancy (Saito et al. 2018): after a warm-up of the new head, three updates a step.

    A  everything: the mean task loss of the heads on the sources
    B  the heads: the same - their disagreement on the target
    C  the features: their disagreement on the target, `repeat` times

    The heads start as the source's and a new one, and end as one head with their mean scores.
    """

    def __init__(self, options: MCDOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        from relxfer_strategies.adapting.adaptation import diagnostics, streams, unrecorded
        from relxfer_strategies.adapting.two_heads import TwoHeads

        learner, given = cell.learner, streams(cell)
        learner.head = heads = TwoHeads(learner.head, learner.new_head())
        body = [module for _, module in learner.parts()[:-1]]

        def task(step: Any, *sources: Any) -> Any:
            with unrecorded(learner.module):
                seen = [(batch, learner.features(batch)) for batch in sources]
            losses = [learner.loss(b, head(f)) for b, f in seen for head in (heads.first, heads.second)]
            return torch.stack(losses).mean()

        def narrow(step: Any, *batches: Any) -> Any:
            features = learner.features(batches[-1])
            gap = heads.disagreement(features)
            step.log(method_loss=float(gap.detach()), **diagnostics(features, heads(features)))
            return gap

        def widen(step: Any, *batches: Any) -> Any:
            return task(step, *batches[:-1]) - heads.disagreement(learner.features(batches[-1]))

        cell.trainer.fit(learner, task, *given[:-1], share=WARM_UP, groups={"second": (heads.second, 1.0)})
        updates = [
            Update(lambda step, *batches: task(step, *batches[:-1]), ("body", "heads")),
            Update(widen, ("heads",)),
            Update(narrow, ("body",), self.options.repeat),
        ]
        groups = {"body": (body, 1.0), "heads": (heads, 1.0)}
        cell.trainer.fit(learner, updates, *given, share=1 - WARM_UP, groups=groups)
        learner.head = heads.merged()
        return learner
