"""Distilling: train a new model on the target to relate inputs as the source model does.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="rkd",
        load="relxfer_strategies.distilling.rkd:RKD",
        options="relxfer_strategies.distilling.rkd:RKDOptions",
        needs=("teacher", "features", "target-labels", "target-inputs"),
        summary="a fresh student learns distances and angles between examples from the source model",
    ),
    TransferStrategy(
        name="sp",
        load="relxfer_strategies.distilling.sp:SP",
        options="relxfer_strategies.distilling.sp:SPOptions",
        needs=("teacher", "features", "target-labels", "target-inputs"),
        summary="a fresh student learns similarities between examples from the source model",
    ),
)
