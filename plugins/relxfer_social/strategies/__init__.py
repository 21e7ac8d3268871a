"""Networks: strategies that need the links of a network.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="masked-reconstruction",
        load="relxfer_social.strategies.masked_reconstruction:MaskedReconstruction",
        options="relxfer_social.strategies.masked_reconstruction:MaskedReconstructionOptions",
        needs=("features", "reconstruction", "social.masking"),
        stage=True,
        summary="hidden features of nodes, from those of their neighbours (GraphMAE), learnt without labels",
    ),
    TransferStrategy(
        name="edge-prediction",
        load="relxfer_social.strategies.edge_prediction:EdgePrediction",
        options="relxfer_social.strategies.edge_prediction:EdgePredictionOptions",
        needs=("features", "social.edges"),
        stage=True,
        summary="features by which linked nodes are told from others (GAE), learnt without labels",
    ),
    TransferStrategy(
        name="graph-autoencoder",
        load="relxfer_social.strategies.edge_prediction:GraphAutoencoder",
        options="relxfer_social.strategies.edge_prediction:GraphAutoencoderOptions",
        needs=("features", "reconstruction", "social.edges"),
        stage=True,
        summary="features from which both the inputs and the links can be restored, learnt without labels",
    ),
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
        needs=("source-model", "source-labels", "target-inputs", "same-task", "features", "classes", "social.layers"),
        summary="subtrees of every depth by which no discriminator can tell the networks apart",
    ),
    TransferStrategy(
        name="strurw",
        load="relxfer_social.strategies.reweighting:StruRW",
        options="relxfer_social.strategies.reweighting:ReweightingOptions",
        needs=("source-model", "source-labels", "target-inputs", "same-task", "features", "classes", "social.weights"),
        summary="source edges weighted as often as the target links such classes, by its predicted labels",
    ),
    TransferStrategy(
        name="pairalign",
        load="relxfer_social.strategies.reweighting:PairAlign",
        options="relxfer_social.strategies.reweighting:PairAlignOptions",
        needs=("source-model", "source-labels", "target-inputs", "same-task", "features", "classes", "social.weights"),
        summary="strurw with weights that allow for wrong predictions, and with classes weighted too",
    ),
)
