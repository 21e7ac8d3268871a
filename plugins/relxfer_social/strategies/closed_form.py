"""Closed form: predictions on a network of any features and classes, solved for from a few labels."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer_social.domain import has_classes


class ClosedFormOptions(Options):
    """How the predictions on five filters are combined."""

    filter_weights: Literal["learnt", "stacked"] = "learnt"
    """By what each filter predicts of left-out labels of the target (`stacked`), which needs no source; or by attention
    to each node that is learnt on the sources, on top (`learnt`)."""

    def needs(self) -> tuple[str, ...]:
        """Labelled sources, where attention is learnt."""
        return ("source-inputs", "source-labels") if self.filter_weights == "learnt" else ()


class ClosedForm:
    """Y_k = F_k(P) X W_k, W_k by `ridge` on the target's labels, no gradient; then a weighted sum over k.

    Zhao et al. (2024, "Fully-inductive node classification on arbitrary graphs", GraphAny), but with a penalty, and
    with stacking below the attention, which alone trusts filters as the source does. Attention sees only how far the
    predictions of a node are from each other. What is learnt on sources therefore transfers to any features and
    classes: on each, labels are drawn, and those of other nodes are predicted from them.
    """

    learns_validation = True  # all labels of the budget

    def __init__(self, options: ClosedFormOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_social.strategies.attention_training import AttentionLearner, attend, drawn_predictions
        from relxfer_social.strategies.filter_regression import write

        learner = cell.learner
        if not has_classes(cell.target):
            raise Incompatible("nodes with classes", cell.target.task.kind, "choose another strategy")
        if self.options.filter_weights == "learnt":
            drawn = cell.trainer.once(learner, lambda: drawn_predictions(cell))
            streams = [
                Examples(drawn[f"values {n}"], np.arange(len(drawn[f"labels {n}"])), drawn[f"labels {n}"])
                for n in range(len(cell.sources))
            ]
            cell.trainer.fit(AttentionLearner(learner.head), attend, *streams, turns=True, select=False)
        labelled = _labelled(cell)
        told = cell.trainer.once(learner, lambda: write(learner, labelled))
        if labelled.groups is None:  # one label is left out at a time, and not its group
            cell.left_out(labelled.take(told["rows"]), told["left"])
        return learner


def _labelled(cell: Cell) -> Examples:
    """All labels of the budget: there is nothing to be chosen by those for validation."""
    splits = (cell.target.train, cell.target.val)
    return Examples.joined(
        [each for each in splits if each is not None and each.answers is not None], cell.target.inputs
    )
