"""Social and other attributed networks: data, graph neural networks, and the adapter for their nodes."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter, TransferStrategy
from relxfer.data import cards
from relxfer_social import strategies

relxfer_api_version = 1

_OFFERS = ("gradients", "features", "views", "reconstruction", "social.layers", "social.masking", "social.edges")
_GNN = "relxfer_social.architectures.gnn"
_DECOUPLED = "relxfer_social.architectures.decoupled"
#: name, loader, options, further offers, summary
_NETWORKS = (
    ("gcn", f"{_GNN}:gcn", f"{_GNN}:GNNOptions", ("social.weights",), "GCN (Kipf and Welling 2017)"),
    ("graphsage", f"{_GNN}:sage", f"{_GNN}:GNNOptions", (), "GraphSAGE with means (Hamilton et al. 2017)"),
    ("gin", f"{_GNN}:gin", f"{_GNN}:GNNOptions", ("social.weights",), "GIN (Xu et al. 2019)"),
    ("gat", f"{_GNN}:gat", f"{_GNN}:GNNOptions", (), "GAT with four heads (Velickovic et al. 2018)"),
    ("mlp", f"{_DECOUPLED}:mlp", f"{_DECOUPLED}:MLPOptions", (), "no messages: features of each node alone"),
    (
        "experts",
        "relxfer_social.architectures.experts:experts",
        f"{_GNN}:GNNOptions",
        ("social.weights", "social.experts"),
        "a GCN and an MLP side by side, each trusted as far as its prediction of a node tells",
    ),
    (
        "decoupled",
        f"{_DECOUPLED}:decoupled",
        f"{_DECOUPLED}:DecoupledOptions",
        ("social.weights",),
        "transforms, then propagates, further on the target than on sources (Liu et al. 2024)",
    ),
)
#: name, class, summary
_PRIORS = (
    ("adamic-adar", "AdamicAdar", "common neighbours, rare ones more"),
    ("resource-allocation", "ResourceAllocation", "common neighbours by 1 / degree"),
    ("preferential-attachment", "PreferentialAttachment", "the product of the degrees"),
)


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return cards.read("relxfer_social.data", "cards.toml")


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name="filters",
            load="relxfer_social.architectures.filters:filters",
            adapter="networks",
            offers=("gradients", "features", "social.filters"),
            summary="linear predictions on five filters of the features (Zhao et al. 2024)",
        ),
        *_networks(),
    ]


def _networks() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name=name, load=load, options=options, adapter="networks", offers=(*_OFFERS, *further), summary=summary
        )
        for name, load, options, further, summary in _NETWORKS
    ] + [
        SourceModel(
            name=name,
            load=f"relxfer_social.priors:{attribute}",
            adapter="networks",
            tasks=("link-prediction",),
            summary=f"prior: {what}",
        )
        for name, attribute, what in _PRIORS
    ]


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="networks",
            load="relxfer_social.adapter:NetworkAdapter",
            options="relxfer_social.options:NetworkOptions",
            offers=(*_OFFERS, "social.weights", "social.filters", "social.experts"),
            withholds={"mapping": "classes of nodes have no profiles to map (use a strategy that needs no mapping)"},
            priors=tuple(name for name, *_ in _PRIORS),
            model="gcn",
            summary="classification of the nodes of a network, or prediction of its links",
        )
    ]


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return strategies.records()
