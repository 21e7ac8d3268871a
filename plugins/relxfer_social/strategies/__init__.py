"""Transfer of relations between networks: what these strategies need beyond features is a graph's."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.records import TransferStrategy

_NEEDS = ("source-model", "source-labels", "target-inputs", "same-task", "features", "classes")


def records() -> list[TransferStrategy]:
    """Every strategy of networks."""
    return [
        *_stages(),
        TransferStrategy(
            name="closed-form",
            load="relxfer_social.strategies.closed_form:ClosedForm",
            options="relxfer_social.strategies.closed_form:ClosedFormOptions",
            needs=("target-labels", "classes", "social.filters"),
            summary="predictions on filtered features, solved for from a few labels; any features, any classes",
        ),
        TransferStrategy(
            name="fusion",
            load="relxfer_social.strategies.fusion:Fusion",
            needs=("source-model", "source-labels", "same-task", "features", "classes", "social.experts"),
            summary="an expert of messages and one of attributes, each trusted as far as its prediction tells",
        ),
        TransferStrategy(
            name="grade",
            load="relxfer_social.strategies.grade:GRADE",
            options="relxfer_social.strategies.grade:GRADEOptions",
            needs=(*_NEEDS, "social.layers"),
            summary="subtrees of every depth by which no discriminator can tell the networks apart",
        ),
        TransferStrategy(
            name="strurw",
            load="relxfer_social.strategies.reweighting:StruRW",
            options="relxfer_social.strategies.reweighting:ReweightingOptions",
            needs=(*_NEEDS, "social.weights"),
            summary="source edges weighted as often as the target links such classes, by its predicted labels",
        ),
        TransferStrategy(
            name="pairalign",
            load="relxfer_social.strategies.reweighting:PairAlign",
            options="relxfer_social.strategies.reweighting:PairAlignOptions",
            needs=(*_NEEDS, "social.weights"),
            summary="the same with weights that allow for wrong predictions, and with classes weighted too",
        ),
    ]


def _stages() -> Iterable[TransferStrategy]:
    """Pre-training without labels that hides parts of a network."""
    module = "relxfer_social.strategies"
    for name, load, needs, summary in (
        (
            "masked-reconstruction",
            f"{module}.masked_reconstruction:MaskedReconstruction",
            ("reconstruction", "social.masking"),
            "hidden features of nodes, from those of their neighbours (GraphMAE)",
        ),
        (
            "edge-prediction",
            f"{module}.edge_prediction:EdgePrediction",
            ("social.edges",),
            "features by which linked nodes are told from others (GAE)",
        ),
        (
            "graph-autoencoder",
            f"{module}.edge_prediction:GraphAutoencoder",
            ("reconstruction", "social.edges"),
            "features from which both the inputs and the links can be restored",
        ),
    ):
        yield TransferStrategy(
            name=name,
            load=load,
            options=f"{load}Options",
            needs=("features", *needs),
            stage=True,
            summary=f"{summary}, learnt without labels",
        )
