"""Validators: rules that select a model during training.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import Validator

VALIDATORS = (
    Validator(
        name="target-val",
        load="relxfer_strategies.selecting.labelled:TargetVal",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("target-labels",),
        automatic=1,
        summary="the deciding metric on the target's validation labels",
    ),
    Validator(
        name="source-val",
        load="relxfer_strategies.selecting.labelled:SourceVal",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("source-labels",),
        automatic=2,
        summary="the deciding metric on the validation labels of the sources, averaged",
    ),
    Validator(
        name="last-step",
        load="relxfer_strategies.selecting.labelled:LastStep",
        summary="no selection: the weights after the last step",
    ),
    Validator(
        name="entropy",
        load="relxfer_strategies.selecting.label_free:Entropy",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("target-inputs", "classes"),
        summary="certain predictions on the target",
    ),
    Validator(
        name="im",
        load="relxfer_strategies.selecting.label_free:InformationMaximisation",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("target-inputs", "classes"),
        summary="certain predictions, of all classes together",
    ),
    Validator(
        name="class-shares",
        load="relxfer_strategies.selecting.label_free:ClassShares",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("source-labels", "target-inputs", "classes"),
        held_out=False,
        summary="classes answered as often as the sources have them",
    ),
    Validator(
        name="snd",
        load="relxfer_strategies.selecting.label_free:SoftNeighbourhoodDensity",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("target-inputs", "classes"),
        summary="predictions with many alike neighbours",
    ),
    Validator(
        name="mixval",
        load="relxfer_strategies.selecting.mixtures:MixVal",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("target-inputs", "classes", "features", "mixing"),
        summary="mixtures of two inputs are answered as the one that has the larger share",
    ),
    Validator(
        name="iw",
        load="relxfer_strategies.selecting.label_free:ImportanceWeighted",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("source-labels", "target-inputs", "features"),
        summary="the sources' validation labels, weighted by likeness to the target",
    ),
    Validator(
        name="dev",
        load="relxfer_strategies.selecting.label_free:DeepEmbedded",
        options="relxfer_strategies.selecting.labelled:ValidatorOptions",
        needs=("source-labels", "target-inputs", "features"),
        summary="iw with a control variate (deep embedded validation)",
    ),
)
