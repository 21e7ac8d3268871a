"""The strategy `lp-ft`: linear probing, then fine-tuning (Kumar et al. 2022, arXiv:2202.10054)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, PositiveFloat

from relxfer import Cell, ParameterGroup, TransferStrategy, hookimpl
from relxfer.contract.options import Options

relxfer_api_version = 2


class LpFtOptions(Options):
    """How the steps are shared, and how fast the second phase goes."""

    probing_share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Share of the steps in which the head alone is trained."""
    lr_factor: PositiveFloat = 0.1
    """Factor on training.lr once everything is trained."""


class LpFt:
    """Minimise the target's loss over the head alone; then, from there, over everything with small steps.

    With an ill-fitting head the first gradients of plain fine-tuning distort the features. A head that is
    fitted first leaves them little to correct.
    """

    def __init__(self, options: LpFtOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, labels, options = cell.learner, cell.target.train, self.options
        head = {"head": ParameterGroup(learner.head)}
        everything = {"all": ParameterGroup(learner.module, options.lr_factor)}

        def loss(step: Any, batch: Any) -> Any:
            return learner.loss(batch)

        cell.trainer.fit(learner, loss, labels, share=options.probing_share, groups=head)
        cell.trainer.fit(learner, loss, labels, share=1 - options.probing_share, groups=everything)
        return learner


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return [
        TransferStrategy(
            name="lp-ft",
            load="relxfer_lpft:LpFt",
            options="relxfer_lpft:LpFtOptions",
            needs=("source-model", "gradients", "target-labels"),
            summary="train the head on the target's labels, then everything with small steps",
        )
    ]
