"""Adapting: fit the source model to a target without using its labels.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="adabn",
        load="relxfer_strategies.adapting.adabn:AdaBN",
        needs=("source-model", "features", "target-inputs", "same-task"),
        seeded=False,
        summary="batch normalisation by the target's own statistics",
    ),
    TransferStrategy(
        name="prior-matching",
        load="relxfer_strategies.adapting.prior_matching:PriorMatching",
        needs=("source-model", "source-labels", "target-inputs", "same-task", "features", "classes"),
        seeded=False,
        summary="scores shifted until each class is predicted on the target as often as the sources have it",
    ),
    TransferStrategy(
        name="coral",
        load="relxfer_strategies.adapting.coral:CORAL",
        options="relxfer_strategies.adapting.coral:CORALOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task"),
        summary="match the covariance of source and target features",
    ),
    TransferStrategy(
        name="mmd",
        load="relxfer_strategies.adapting.mmd:MMD",
        options="relxfer_strategies.adapting.mmd:MMDOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task"),
        summary="match the means of source and target features in a space of kernels (DAN)",
    ),
    TransferStrategy(
        name="jan",
        load="relxfer_strategies.adapting.jan:JAN",
        options="relxfer_strategies.adapting.jan:JANOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task", "classes"),
        summary="match the joint distribution of features and predictions",
    ),
    TransferStrategy(
        name="dann",
        load="relxfer_strategies.adapting.dann:DANN",
        options="relxfer_strategies.adapting.dann:DANNOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task"),
        summary="features by which no discriminator can tell the domains apart",
    ),
    TransferStrategy(
        name="dann-entropy",
        load="relxfer_strategies.adapting.dann_entropy:DANNEntropy",
        options="relxfer_strategies.adapting.dann_entropy:DANNEntropyOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task", "classes"),
        summary="dann, with certain predictions on the target",
    ),
    TransferStrategy(
        name="cdan",
        load="relxfer_strategies.adapting.cdan:CDAN",
        options="relxfer_strategies.adapting.cdan:CDANOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task", "classes"),
        summary="dann for features together with predictions",
    ),
    TransferStrategy(
        name="mcd",
        load="relxfer_strategies.adapting.mcd:MCD",
        options="relxfer_strategies.adapting.mcd:MCDOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task", "classes"),
        summary="two heads that disagree on the target, features on which they cannot",
    ),
    TransferStrategy(
        name="mdd",
        load="relxfer_strategies.adapting.mdd:MDD",
        options="relxfer_strategies.adapting.mdd:MDDOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task", "classes"),
        summary="an adversarial head within a margin, features on which it cannot disagree",
    ),
    TransferStrategy(
        name="mcc",
        load="relxfer_strategies.adapting.mcc:MCC",
        options="relxfer_strategies.adapting.mcc:MCCOptions",
        needs=("source-model", "features", "source-labels", "target-inputs", "same-task", "classes"),
        summary="target predictions that do not confuse classes",
    ),
    TransferStrategy(
        name="shot",
        load="relxfer_strategies.adapting.shot:SHOT",
        options="relxfer_strategies.adapting.shot:SHOTOptions",
        needs=("source-model", "features", "target-inputs", "same-task", "classes"),
        summary="sure and diverse predictions and pseudo-labels under the source's head, without data of the source",
    ),
)
