"""Baselines: what a transfer must beat, and floors under it.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import SourceModel, TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="scratch",
        load="relxfer_strategies.baselines.scratch:Scratch",
        needs=("target-labels",),
        role="scratch",
        summary="the target's architecture, trained on the target alone",
    ),
    TransferStrategy(
        name="zero-shot",
        load="relxfer_strategies.baselines.zero_shot:ZeroShot",
        needs=("source-model", "same-task"),
        role="direct",
        seeded=False,
        summary="the source model, applied unchanged",
    ),
    TransferStrategy(
        name="prior",
        load="relxfer_strategies.baselines.prior:Prior",
        role="prior",
        seeded=False,
        summary="what counting on the target alone predicts",
    ),
    TransferStrategy(
        name="linear",
        load="relxfer_strategies.baselines.linear:Linear",
        options="relxfer_strategies.baselines.linear:LinearOptions",
        needs=("features", "target-labels"),
        summary="a linear model on the features of an untrained model, or on raw inputs",
    ),
)

MODELS = (
    SourceModel(
        name="majority-class",
        load="relxfer_strategies.baselines.majority:MajorityClass",
        needs=("target-labels",),
        tasks=("classification",),
        summary="prior: how often each class is labelled",
    ),
)
