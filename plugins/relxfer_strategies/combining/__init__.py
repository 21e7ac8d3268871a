"""Combining: train on the losses of several strategies together.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="co-train",
        load="relxfer_strategies.combining.co_train:CoTrain",
        options="relxfer_strategies.combining.co_train:CoTrainOptions",
        needs=("source-model", "source-labels", "same-task", "features", "views"),
        summary="the sources' task and the loss of dgi or grace in every step",
    ),
)
