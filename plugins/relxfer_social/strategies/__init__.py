"""Transfer of relations between networks: what these strategies need beyond features is a graph's."""

from __future__ import annotations

from relxfer.records import TransferStrategy

_NEEDS = ("source-model", "source-labels", "target-inputs", "same-task", "features", "classes")


def records() -> list[TransferStrategy]:
    """Every strategy of networks."""
    return [
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
            options="relxfer_social.strategies.reweighting:ReweightingOptions",
            needs=(*_NEEDS, "social.weights"),
            summary="the same with weights that allow for wrong predictions, and with classes weighted too",
        ),
    ]
