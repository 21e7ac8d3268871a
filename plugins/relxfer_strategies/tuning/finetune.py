"""Fine-tuning: go on from the source model's weights (parameter transfer)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PositiveFloat

from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible, did_you_mean
from relxfer_strategies.tuning.tuning import TuningOptions


class FinetuneOptions(TuningOptions):
    """Which parts are trained, and how fast."""

    last: Annotated[int, Field(ge=0)] = 0
    """Train the last so many parts, the head included; 0 trains all."""
    decay: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Layer-wise decay: a part i places before the head moves with decay^i."""
    factors: dict[str, PositiveFloat] = {}
    """Further factors by name of part."""
    gradual: bool = False
    """Unfreeze from the head down: one phase for each part, each with an equal share of the steps."""
    still: bool = False
    """Leave the statistics of batch normalisation as they came; its weights are trained all the same."""


class Finetune:
    """Minimise the target's loss from theta_S, with learning rate eta * lr * decay^(parts to the head) per part.

    Howard and Ruder (2018) for the layer-wise decay and for gradual unfreezing; Yosinski et al. (2014) for training
    the last parts only.
    """

    def __init__(self, options: FinetuneOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, wanted = cell.learner, self.options
        names = [name for name, _ in learner.parts()]
        for name in wanted.factors:
            if name not in names:
                raise Incompatible(
                    f"factors for parts of this model {did_you_mean(name, names)}", repr(name), "correct it"
                )
        parts = learner.parts()[-wanted.last :]
        groups = {name: (module, self._factor(name, len(parts) - 1 - i)) for i, (name, module) in enumerate(parts)}
        phases = range(len(parts) - 1, -1, -1) if wanted.gradual else [0]
        for first in phases:
            cell.trainer.fit(
                learner,
                lambda step, batch: learner.loss(batch),
                cell.target.train,
                share=1 / len(phases),
                groups=dict(list(groups.items())[first:]),
                still=norms(learner.module) if wanted.still else (),
            )
        return learner

    def _factor(self, name: str, before_head: int) -> float:
        head = self.options.head if before_head == 0 else 1.0
        return self.options.lr * self.options.decay**before_head * head * self.options.factors.get(name, 1.0)


def norms(module: Any) -> list[Any]:
    """Its layers of batch normalisation."""
    from torch.nn.modules.batchnorm import _BatchNorm

    return [layer for layer in module.modules() if isinstance(layer, _BatchNorm)]
