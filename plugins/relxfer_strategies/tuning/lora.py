"""LoRA: fine-tuning by low-rank changes of the weights (parameter transfer)."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible


class LoRAOptions(Options):
    """Size and speed of the changes."""

    rank: PositiveInt = 4
    """Rank r of the change of each weight."""
    alpha: PositiveFloat = 4.0
    """The change is scaled by alpha / r."""
    lr: PositiveFloat = 1.0
    """Factor on training.lr, for the changes and for the head."""
    norms: bool = False
    """Train batch normalisation too, its statistics included; otherwise it stays as it came."""


class LoRA:
    """W = W_S + alpha/r B A for every linear and convolutional layer before the head (Hu et al. 2022).

    A kernel [o, i, h, w] is taken as a matrix [o, i h w]. B starts at 0. The head is trained as a whole, all else is
    frozen. At the end the changes are merged into the weights, so that the architecture is the source's.
    """

    def __init__(self, options: LoRAOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.tuning.finetune import norms
        from relxfer_strategies.tuning.low_rank import adapt, merge

        learner, wanted = cell.learner, self.options
        adapted = [layer for _, part in learner.parts()[:-1] for layer in adapt(part, wanted.rank, wanted.alpha)]
        if not adapted:
            raise Incompatible("linear or convolutional layers before the head", "none", "use finetune")
        trained = [layer.parametrizations.weight[0] for layer in adapted]
        if wanted.norms:
            trained += norms(learner.module)
        groups = {"changes": (trained, wanted.lr), "head": (learner.head, wanted.lr)}
        cell.trainer.fit(learner, lambda step, batch: learner.loss(batch), cell.target.train, groups=groups)
        merge(adapted)
        return learner
