"""MCD: two heads that disagree on the target, and features on which they cannot."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell, ParameterGroup, Update


class MCDOptions(Options):
    """How often the features are moved."""

    feature_updates: PositiveInt = 4
    """How many updates of the features follow each update of the heads."""


#: Share of the steps in which the new head alone is trained, so that its first disagreement means something.
WARM_UP = 0.1


class MCD:
    """Maximum classifier discrepancy (Saito et al. 2018): after a warm-up of the new head, three updates a step.

    A  everything: the mean task loss of the heads on the sources
    B  the heads: the same - their disagreement on the target
    C  the features: their disagreement on the target, `feature_updates` times

    The heads start as the source's and a new one, and end as one head with their mean scores.
    """

    def __init__(self, options: MCDOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        from relxfer.authoring.batch_norm import running_statistics_kept
        from relxfer.authoring.joint_training import diagnostics, streams
        from relxfer_strategies.adapting.two_heads import TwoHeads

        learner, examples = cell.learner, streams(cell)
        learner.head = heads = TwoHeads(learner.head, learner.new_head())
        body = [module for _, module in learner.parts()[:-1]]

        def task(step: Any, *sources: Any) -> Any:
            with running_statistics_kept(learner.module):
                pairs = [(batch, learner.features(batch)) for batch in sources]
            losses = [learner.loss(batch, head(f)) for batch, f in pairs for head in (heads.first, heads.second)]
            return torch.stack(losses).mean()

        def agree(step: Any, *batches: Any) -> Any:
            features = learner.features(batches[-1])
            gap = heads.disagreement(features)
            step.log(method_loss=float(gap.detach()), **diagnostics(features, heads(features)))
            return gap

        def disagree(step: Any, *batches: Any) -> Any:
            return task(step, *batches[:-1]) - heads.disagreement(learner.features(batches[-1]))

        warm_up = {"second": ParameterGroup(heads.second)}
        cell.trainer.fit(learner, task, *examples[:-1], share=WARM_UP, groups=warm_up)
        updates = [
            Update(lambda step, *batches: task(step, *batches[:-1]), ("body", "heads")),
            Update(disagree, ("heads",)),
            Update(agree, ("body",), self.options.feature_updates),
        ]
        groups = {"body": ParameterGroup(body), "heads": ParameterGroup(heads)}
        cell.trainer.fit(learner, updates, *examples, share=1 - WARM_UP, groups=groups)
        learner.head = heads.merged()
        return learner
