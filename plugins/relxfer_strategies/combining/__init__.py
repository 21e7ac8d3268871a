"""Combining: train on the losses of several strategies together, or answer by several models.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import SourceModel, TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="co-train",
        load="relxfer_strategies.combining.co_train:CoTrain",
        options="relxfer_strategies.combining.co_train:CoTrainOptions",
        needs=("source-model", "source-labels", "same-task", "features", "views"),
        summary="the sources' task and the loss of dgi or grace in every step",
    ),
    TransferStrategy(
        name="ensemble",
        load="relxfer_strategies.combining.ensemble:Ensemble",
        options="relxfer_strategies.combining.ensemble:EnsembleOptions",
        summary="one strategy several times, or several, whose predictions are averaged",
    ),
)

MODELS = (
    SourceModel(
        name="ensemble",
        load="relxfer.authoring.ensemble:load",
        composite=True,
        summary="models that answer together, made by a strategy",
    ),
)
