"""Strategies by which a fresh student learns from the source model.

Of each offer the record, and beside it the module that its `load` names.
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
