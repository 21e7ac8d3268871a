"""Strategies and validators that know no modality."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import TransferStrategy, Validator

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
            name="linear",
            load="relxfer_strategies.linear:Linear",
            options="relxfer_strategies.linear:LinearOptions",
            needs=("features", "target-labels", "classes"),
            summary="a linear classifier on the features of an untrained model, or on raw inputs",
        ),
        TransferStrategy(
            name="autoencoder",
            load="relxfer_strategies.autoencoder:Autoencoder",
            options="relxfer_strategies.autoencoder:AutoencoderOptions",
            needs=("features", "reconstruction", "source-inputs", "target-inputs", "target-labels"),
            summary="reconstruct the inputs of source and target, then classify the labelled ones",
        ),
        TransferStrategy(
            name="k-means",
            load="relxfer_strategies.k_means:KMeans",
            options="relxfer_strategies.k_means:KMeansOptions",
            needs=("features", "target-inputs", "classes"),
            summary="clusters of the target's inputs by their features, without any label",
        ),
        *_stages(),
        *_tunings(),
        *_distillations(),
        *_adaptations(),
    ]


def _stages() -> Iterable[TransferStrategy]:
    """Pre-training without labels, alone and together with the sources' task."""
    for name, attribute, need, summary in (
        ("reconstruction", "Reconstruction", "reconstruction", "features from which the inputs can be restored"),
        ("dgi", "DGI", "views", "features that tell true inputs from corrupted ones, given a summary of all"),
        ("grace", "GRACE", "views", "features that two views of an input have in common, and no other input"),
    ):
        yield TransferStrategy(
            name=name,
            load=f"relxfer_strategies.{name}:{attribute}",
            options=f"relxfer_strategies.{name}:{attribute}Options",
            needs=("features", need),
            stage=True,
            summary=f"{summary}, learnt without labels",
        )
    yield TransferStrategy(
        name="co-train",
        load="relxfer_strategies.co_train:CoTrain",
        options="relxfer_strategies.co_train:CoTrainOptions",
        needs=("source-model", "source-labels", "same-task", "features", "views"),
        summary="the sources' task and the loss of dgi or grace in every step",
    )


def _tunings() -> Iterable[TransferStrategy]:
    """Strategies that go on training the source model on the target's labels."""
    for name, attribute, more, summary in (
        ("l2-sp", "L2SP", ("gradients",), "fine-tuning, pulled back to the source model's weights"),
        ("delta", "Delta", ("features", "teacher"), "fine-tuning that keeps the source model's feature maps"),
        ("bss", "BSS", ("features",), "fine-tuning that shrinks the smallest singular values of a batch's features"),
        ("co-tuning", "CoTuning", ("features", "teacher", "classes"), "fine-tuning that keeps the source's head busy"),
        ("lora", "LoRA", ("gradients",), "low-rank changes of a frozen body, merged at the end"),
    ):
        module = name.replace("-", "_")
        yield TransferStrategy(
            name=name,
            load=f"relxfer_strategies.{module}:{attribute}",
            options=f"relxfer_strategies.{module}:{attribute}Options",
            needs=("source-model", "target-labels", *more),
            summary=summary,
        )


def _distillations() -> Iterable[TransferStrategy]:
    """Strategies by which a fresh student learns from the source model."""
    for name, attribute, what in (
        ("rkd", "RKD", "distances and angles between examples"),
        ("sp", "SP", "similarities between examples"),
    ):
        yield TransferStrategy(
            name=name,
            load=f"relxfer_strategies.{name}:{attribute}",
            options=f"relxfer_strategies.{name}:{attribute}Options",
            needs=("teacher", "features", "target-labels", "target-inputs"),
            summary=f"a fresh student learns {what} from the source model",
        )


def _adaptations() -> Iterable[TransferStrategy]:
    """Strategies that adapt to a target without its labels."""
    yield TransferStrategy(
        name="adabn",
        load="relxfer_strategies.adabn:AdaBN",
        needs=("source-model", "features", "target-inputs", "same-task"),
        seeded=False,
        summary="batch normalisation by the target's own statistics",
    )
    yield TransferStrategy(
        name="prior-matching",
        load="relxfer_strategies.prior_matching:PriorMatching",
        needs=("source-model", "source-labels", "target-inputs", "same-task", "features", "classes"),
        seeded=False,
        summary="scores shifted until each class is predicted on the target as often as the sources have it",
    )
    for name, attribute, more, summary in (
        ("coral", "CORAL", (), "match the covariance of source and target features"),
        ("mmd", "MMD", (), "match the means of source and target features in a space of kernels (DAN)"),
        ("jan", "JAN", ("classes",), "match the joint distribution of features and predictions"),
        ("dann", "DANN", (), "features by which no discriminator can tell the domains apart"),
        ("dann-entropy", "DANNEntropy", ("classes",), "the same, with certain predictions on the target"),
        ("cdan", "CDAN", ("classes",), "dann for features together with predictions"),
        ("mcd", "MCD", ("classes",), "two heads that disagree on the target, features on which they cannot"),
        ("mdd", "MDD", ("classes",), "an adversarial head within a margin, features on which it cannot disagree"),
        ("mcc", "MCC", ("classes",), "target predictions that do not confuse classes"),
    ):
        yield TransferStrategy(
            name=name,
            load=f"relxfer_strategies.{name.replace('-', '_')}:{attribute}",
            options=f"relxfer_strategies.{name.replace('-', '_')}:{attribute}Options",
            needs=("source-model", "features", "source-labels", "target-inputs", "same-task", *more),
            summary=summary,
        )


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
        *_label_free(),
    ]


def _label_free() -> Iterable[Validator]:
    """Validators that see no label of the target."""
    weighed = ("source-labels", "target-inputs", "features")
    for name, attribute, needs, summary in (
        ("entropy", "Entropy", ("target-inputs", "classes"), "certain predictions on the target"),
        ("im", "InformationMaximisation", ("target-inputs", "classes"), "certain predictions, of all classes together"),
        ("snd", "SoftNeighbourhoodDensity", ("target-inputs", "classes"), "predictions with many alike neighbours"),
        ("iw", "ImportanceWeighted", weighed, "the sources' validation labels, weighed by likeness to the target"),
        ("dev", "DeepEmbedded", weighed, "the same with a control variate (deep embedded validation)"),
    ):
        yield Validator(
            name=name,
            load=f"relxfer_strategies.validators_label_free:{attribute}",
            options="relxfer_strategies.validators:ValOptions",
            needs=needs,
            summary=summary,
        )
