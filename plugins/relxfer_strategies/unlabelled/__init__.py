"""Unlabelled: learn from inputs alone, as a stage before another strategy or without any label.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import TransferStrategy

STRATEGIES = (
    TransferStrategy(
        name="autoencoder",
        load="relxfer_strategies.unlabelled.autoencoder:Autoencoder",
        options="relxfer_strategies.unlabelled.autoencoder:AutoencoderOptions",
        needs=("features", "reconstruction", "source-inputs", "target-inputs", "target-labels"),
        summary="reconstruct the inputs of source and target, then classify the labelled ones",
    ),
    TransferStrategy(
        name="k-means",
        load="relxfer_strategies.unlabelled.k_means:KMeans",
        options="relxfer_strategies.unlabelled.k_means:KMeansOptions",
        needs=("features", "target-inputs", "classes"),
        summary="clusters of the target's inputs by their features, without any label",
    ),
    TransferStrategy(
        name="reconstruction",
        load="relxfer_strategies.unlabelled.reconstruction:Reconstruction",
        options="relxfer_strategies.unlabelled.reconstruction:ReconstructionOptions",
        needs=("features", "reconstruction"),
        stage=True,
        summary="features from which the inputs can be restored, learnt without labels",
    ),
    TransferStrategy(
        name="dgi",
        load="relxfer_strategies.unlabelled.dgi:DGI",
        options="relxfer_strategies.unlabelled.dgi:DGIOptions",
        needs=("features", "views"),
        stage=True,
        summary="features that tell true inputs from corrupted ones, given a summary of all, learnt without labels",
    ),
    TransferStrategy(
        name="grace",
        load="relxfer_strategies.unlabelled.grace:GRACE",
        options="relxfer_strategies.unlabelled.grace:GRACEOptions",
        needs=("features", "views"),
        stage=True,
        summary="features that two views of an input have in common, and no other input, learnt without labels",
    ),
)
