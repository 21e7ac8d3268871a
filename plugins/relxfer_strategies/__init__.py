"""Strategies and validators that know no modality."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.hookspecs import hookimpl
from relxfer.records import TransferStrategy, Validator

relxfer_api_version = 1


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return [
        TransferStrategy(
            name="scratch",
            load="relxfer_strategies.scratch:Scratch",
            needs=("target-labels",),
            role="scratch",
            summary="the target's architecture, trained on the target alone",
        ),
        TransferStrategy(
            name="zero-shot",
            load="relxfer_strategies.zero_shot:ZeroShot",
            needs=("source-model", "same-task"),
            role="direct",
            seeded=False,
            summary="the source model, applied unchanged",
        ),
        TransferStrategy(
            name="prior-only",
            load="relxfer_strategies.prior_only:PriorOnly",
            role="prior-only",
            seeded=False,
            summary="what the target's frequencies alone predict",
        ),
        TransferStrategy(
            name="finetune",
            load="relxfer_strategies.finetune:Finetune",
            options="relxfer_strategies.finetune:FinetuneOptions",
            needs=("source-model", "gradients", "target-labels"),
            summary="go on training the source model on the target's labels",
        ),
        TransferStrategy(
            name="feature-extraction",
            load="relxfer_strategies.feature_extraction:FeatureExtraction",
            options="relxfer_strategies.feature_extraction:FeatureExtractionOptions",
            needs=("source-model", "gradients", "target-labels"),
            summary="keep the source model's body frozen and train its head on the target's labels",
        ),
        TransferStrategy(
            name="l2-sp",
            load="relxfer_strategies.l2_sp:L2SP",
            options="relxfer_strategies.l2_sp:L2SPOptions",
            needs=("source-model", "gradients", "target-labels"),
            summary="fine-tuning, pulled back to the source model's weights",
        ),
        TransferStrategy(
            name="delta",
            load="relxfer_strategies.delta:Delta",
            options="relxfer_strategies.delta:DeltaOptions",
            needs=("source-model", "teacher", "features", "target-labels"),
            summary="fine-tuning that keeps the source model's feature maps",
        ),
        TransferStrategy(
            name="bss",
            load="relxfer_strategies.bss:BSS",
            options="relxfer_strategies.bss:BSSOptions",
            needs=("source-model", "features", "target-labels"),
            summary="fine-tuning that shrinks the smallest singular values of a batch's features",
        ),
        TransferStrategy(
            name="co-tuning",
            load="relxfer_strategies.co_tuning:CoTuning",
            options="relxfer_strategies.co_tuning:CoTuningOptions",
            needs=("source-model", "teacher", "features", "target-labels", "classes"),
            summary="fine-tuning that keeps the source's head, with the source classes that stand for the target's",
        ),
        TransferStrategy(
            name="lora",
            load="relxfer_strategies.lora:LoRA",
            options="relxfer_strategies.lora:LoRAOptions",
            needs=("source-model", "gradients", "target-labels"),
            summary="low-rank changes of a frozen body, merged at the end",
        ),
        TransferStrategy(
            name="rkd",
            load="relxfer_strategies.rkd:RKD",
            options="relxfer_strategies.rkd:RKDOptions",
            needs=("teacher", "features", "target-labels", "target-inputs"),
            summary="a fresh student learns distances and angles between examples from the source model",
        ),
        TransferStrategy(
            name="sp",
            load="relxfer_strategies.sp:SP",
            options="relxfer_strategies.sp:SPOptions",
            needs=("teacher", "features", "target-labels", "target-inputs"),
            summary="a fresh student learns similarities between examples from the source model",
        ),
    ]


@hookimpl
def relxfer_validators() -> Iterable[Validator]:
    return [
        Validator(
            name="target-val",
            load="relxfer_strategies.validators:TargetVal",
            options="relxfer_strategies.validators:ValOptions",
            needs=("target-labels",),
            automatic=1,
            summary="the deciding metric on the target's validation labels",
        ),
        Validator(
            name="source-val",
            load="relxfer_strategies.validators:SourceVal",
            options="relxfer_strategies.validators:ValOptions",
            needs=("source-labels",),
            automatic=2,
            summary="the deciding metric on the validation labels of the sources, averaged",
        ),
        Validator(
            name="last-step",
            load="relxfer_strategies.validators:LastStep",
            summary="no selection: the weights after the last step",
        ),
    ]
