"""Graph neural networks.

Of each the record; beside it `NAME.py` has its options and its loader, and `NAME_net.py` the layers, which need torch.
"""

from __future__ import annotations

from relxfer.contract.records import SourceModel

#: What a learner can do with every network of layers.
OFFERS = ("gradients", "features", "views", "reconstruction", "social.layers", "social.masking", "social.edges")

MODELS = (
    SourceModel(
        name="filters",
        load="relxfer_social.architectures.filters:filters",
        reads=("network",),
        offers=("gradients", "features", "social.filters"),
        summary="linear predictions on five filters of the features (Zhao et al. 2024)",
    ),
    SourceModel(
        name="gcn",
        load="relxfer_social.architectures.gnn:gcn",
        options="relxfer_social.architectures.gnn:GNNOptions",
        reads=("network",),
        offers=(*OFFERS, "social.weights"),
        summary="GCN (Kipf and Welling 2017)",
    ),
    SourceModel(
        name="graphsage",
        load="relxfer_social.architectures.gnn:sage",
        options="relxfer_social.architectures.gnn:GNNOptions",
        reads=("network",),
        offers=OFFERS,
        summary="GraphSAGE with means (Hamilton et al. 2017)",
    ),
    SourceModel(
        name="rgcn",
        load="relxfer_social.architectures.relational:rgcn",
        options="relxfer_social.architectures.gnn:GNNOptions",
        reads=("network",),
        offers=OFFERS,
        summary="GraphSAGE with weights of their own for each kind of edges (Schlichtkrull et al. 2018)",
    ),
    SourceModel(
        name="gin",
        load="relxfer_social.architectures.gnn:gin",
        options="relxfer_social.architectures.gnn:GNNOptions",
        reads=("network",),
        offers=(*OFFERS, "social.weights"),
        summary="GIN (Xu et al. 2019)",
    ),
    SourceModel(
        name="gat",
        load="relxfer_social.architectures.gnn:gat",
        options="relxfer_social.architectures.gnn:GNNOptions",
        reads=("network",),
        offers=OFFERS,
        summary="GAT with four heads (Velickovic et al. 2018)",
    ),
    SourceModel(
        name="mlp",
        load="relxfer_social.architectures.decoupled:mlp",
        options="relxfer_social.architectures.decoupled:MLPOptions",
        reads=("network",),
        offers=OFFERS,
        summary="no messages: features of each node alone",
    ),
    SourceModel(
        name="experts",
        load="relxfer_social.architectures.experts:experts",
        options="relxfer_social.architectures.gnn:GNNOptions",
        reads=("network",),
        offers=(*OFFERS, "social.weights", "social.experts"),
        summary="a GCN and an MLP side by side, each trusted as far as its prediction of a node tells",
    ),
    SourceModel(
        name="decoupled",
        load="relxfer_social.architectures.decoupled:decoupled",
        options="relxfer_social.architectures.decoupled:DecoupledOptions",
        reads=("network",),
        offers=(*OFFERS, "social.weights"),
        summary="transforms, then propagates, further on the target than on sources (Liu et al. 2024)",
    ),
)
