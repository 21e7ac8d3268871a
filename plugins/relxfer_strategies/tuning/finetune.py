"""Fine-tuning: go on from the source model's weights (parameter transfer)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from relxfer.contract.only_with import OnlyWith, Wanted
from relxfer.contract.strategies import Cell, ParameterGroup
from relxfer.errors import Incompatible, did_you_mean
from relxfer_strategies.tuning.learning_rates import LearningRates, LRFactor

#: The body or a part of it is trained too.
_SEVERAL = Wanted(lambda count: count != 1, "set {key} to 0 or above 1")


class FinetuneOptions(LearningRates):
    """Which parts are trained, and how fast."""

    head: Literal["kept", "logistic", "svm", "ridge"] = "kept"
    """The head to start from: the source's or a new one (`kept`), or one that is solved for on the frozen body, as by
    feature-extraction: `logistic` and `svm` for classes and labels, `ridge` for numbers."""
    last_parts: Annotated[int, Field(ge=0)] = 0
    """How many parts are trained, counted from the head, which is the first; 0 trains all."""
    lr_decay_per_part: Annotated[float, Field(gt=0, le=1), OnlyWith(last_parts=_SEVERAL)] = 1.0
    """Layer-wise decay: a part i places before the head is trained at the learning rate times this to the power i,
    above 0 and up to 1."""
    part_lr_factors: dict[str, LRFactor] = {}
    """Further factors by name of part, on top of the others, each 0.001 to 1000."""
    gradual_unfreezing: Annotated[bool, OnlyWith(last_parts=_SEVERAL)] = False
    """Unfreeze from the head down: one phase for each part, each with an equal share of the steps."""
    freeze_statistics: bool = False
    """Leave the running mean and variance of batch normalisation as they came; its scale and shift are trained."""

    def needs(self) -> tuple[str, ...]:
        """What a head that is solved for needs beside."""
        return () if self.head == "kept" else ("features",)


class Finetune:
    """Minimise the target's loss from theta_S, with a learning rate for each part (`FinetuneOptions`).

    A part i places before the head moves with training.lr · lr_factor · lr_decay_per_part^i · part_lr_factors[part],
    the head (i = 0) with training.lr · lr_factor · head_lr_factor · part_lr_factors[head].

    A head that is solved for is fitted to the training labels alone, so that validation labels tell its steps apart:
    LP-FT of Kumar et al. (2022).

    Howard and Ruder (2018) for the layer-wise decay and for gradual unfreezing; Yosinski et al. (2014) for training
    the last parts only.
    """

    def __init__(self, options: FinetuneOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, options = cell.learner, self.options
        if options.head != "kept":
            from relxfer_strategies.tuning.linear_heads import fit_head

            assert cell.target.train is not None
            fit_head(cell, options.head, cell.target.train)
        parts = learner.parts()[-options.last_parts :]
        self._check_names([name for name, _ in parts])
        groups = {
            name: ParameterGroup(module, self._lr_factor(name, len(parts) - 1 - i))
            for i, (name, module) in enumerate(parts)
        }
        phases = range(len(parts) - 1, -1, -1) if options.gradual_unfreezing else [0]
        for first in phases:
            cell.trainer.fit(
                learner,
                lambda step, batch: learner.loss(batch),
                cell.target.train,
                share=1 / len(phases),
                groups=dict(list(groups.items())[first:]),
                still=_norms(learner) if options.freeze_statistics else (),
            )
        return learner

    def _check_names(self, trained: list[str]) -> None:
        for name in self.options.part_lr_factors:
            if name not in trained:
                raise Incompatible(
                    f"part_lr_factors for parts that are trained {did_you_mean(name, trained)}",
                    repr(name),
                    "correct it",
                )

    def _lr_factor(self, name: str, before_head: int) -> float:
        options = self.options
        head = options.head_lr_factor if before_head == 0 else 1.0
        own = options.part_lr_factors.get(name, 1.0)
        return options.lr_factor * options.lr_decay_per_part**before_head * head * own


def _norms(learner: Any) -> list[Any]:
    from relxfer.authoring.batch_norm import layers

    return layers(learner.module)
