"""LoRA: fine-tuning by low-rank changes of the weights (parameter transfer)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell, ParameterGroup
from relxfer.errors import Incompatible
from relxfer_strategies.tuning.learning_rates import LRFactor


class LoRAOptions(Options):
    """Size and speed of the changes."""

    rank: Annotated[PositiveInt, Searched(choices=(1, 4, 16))] = 4
    """Rank r of the change of each weight."""
    alpha: PositiveFloat = 4.0
    """The change of a weight is B A scaled by alpha / rank, as in the paper; above 0."""
    lr_factor: LRFactor = 1.0
    """Factor on training.lr for everything that is trained (changes and head), 0.001 to 1000."""
    train_batch_norm: bool = False
    """Train batch normalisation too, its running statistics included; otherwise it stays as it came."""


class LoRA:
    """W = W_S + alpha / r · B A for every linear and convolutional layer before the head (Hu et al. 2022).

    A kernel [o, i, h, w] is taken as a matrix [o, i h w]. B starts at 0. The head is trained as a whole, all else is
    frozen. At the end the changes are merged into the weights, so that the architecture is the source's.
    """

    def __init__(self, options: LoRAOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring import batch_norm
        from relxfer.authoring.low_rank import adapt, merge

        learner, options = cell.learner, self.options
        adapted = [layer for _, part in learner.parts()[:-1] for layer in adapt(part, options.rank, options.alpha)]
        if not adapted:
            raise Incompatible("linear or convolutional layers before the head", "none", "use finetune")
        trained = [layer.parametrizations.weight[0] for layer in adapted]
        if options.train_batch_norm:
            trained += batch_norm.layers(learner.module)
        groups = {
            "changes": ParameterGroup(trained, options.lr_factor),
            "head": ParameterGroup(learner.head, options.lr_factor),
        }
        cell.trainer.fit(learner, lambda step, batch: learner.loss(batch), cell.target.train, groups=groups)
        merge(adapted)
        return learner
