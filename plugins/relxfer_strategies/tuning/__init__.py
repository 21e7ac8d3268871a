"""Tuning: go on from the source model's weights on the target's labels.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="finetune",
        load="relxfer_strategies.tuning.finetune:Finetune",
        options="relxfer_strategies.tuning.finetune:FinetuneOptions",
        needs=("source-model", "gradients", "target-labels"),
        summary="go on training the source model on the target's labels",
    ),
    TransferStrategy(
        name="feature-extraction",
        load="relxfer_strategies.tuning.feature_extraction:FeatureExtraction",
        options="relxfer_strategies.tuning.feature_extraction:FeatureExtractionOptions",
        needs=("source-model", "gradients", "target-labels"),
        summary="keep the source model's body frozen and train its head on the target's labels",
    ),
    TransferStrategy(
        name="l2-sp",
        load="relxfer_strategies.tuning.l2_sp:L2SP",
        options="relxfer_strategies.tuning.l2_sp:L2SPOptions",
        needs=("source-model", "target-labels", "gradients"),
        summary="fine-tuning, pulled back to the source model's weights",
    ),
    TransferStrategy(
        name="delta",
        load="relxfer_strategies.tuning.delta:Delta",
        options="relxfer_strategies.tuning.delta:DeltaOptions",
        needs=("source-model", "target-labels", "features", "teacher"),
        summary="fine-tuning that keeps the source model's feature maps",
    ),
    TransferStrategy(
        name="bss",
        load="relxfer_strategies.tuning.bss:BSS",
        options="relxfer_strategies.tuning.bss:BSSOptions",
        needs=("source-model", "target-labels", "features"),
        summary="fine-tuning that shrinks the smallest singular values of a batch's features",
    ),
    TransferStrategy(
        name="co-tuning",
        load="relxfer_strategies.tuning.co_tuning:CoTuning",
        options="relxfer_strategies.tuning.co_tuning:CoTuningOptions",
        needs=("source-model", "target-labels", "features", "teacher", "classes"),
        summary="fine-tuning that trains the source's head along, on what it says of the target's classes",
    ),
    TransferStrategy(
        name="lora",
        load="relxfer_strategies.tuning.lora:LoRA",
        options="relxfer_strategies.tuning.lora:LoRAOptions",
        needs=("source-model", "target-labels", "gradients"),
        summary="low-rank changes of a frozen body, merged at the end",
    ),
)
