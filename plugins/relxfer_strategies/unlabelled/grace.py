"""GRACE: features that two views of an input have in common, and no other input; no label is used."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.strategies import Cell
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, pretrain, unlabelled


class GRACEOptions(PretrainingOptions):
    """Whose inputs are learnt from, and how two views are contrasted."""

    temperature: PositiveFloat = 0.5
    """Cosines are divided by it before the softmax, above 0: the lower, the more the nearest other inputs count."""
    projection_width: PositiveInt = 128
    """Width of the two layers of the projection, which is dropped in the end."""


class GRACE:
    """InfoNCE between two views, in both directions; the others of a batch are the negatives, in either view.

    Zhu et al. (2020, "Deep graph contrastive representation learning", eqs. 1 and 2). Memory [b, 2 b] of a batch of b.
    """

    def __init__(self, options: GRACEOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.unlabelled.contrasts import TwoViews

        options = self.options
        objective = TwoViews(cell.learner.width, options.projection_width, options.temperature)
        return pretrain(cell, objective, unlabelled(cell, options.inputs))
