"""Social and other attributed networks: data, graph neural networks, and the adapter for their nodes."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter, TransferStrategy
from relxfer_social import strategies
from relxfer_social.data import standard

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
    return [
        Dataset(
            name="blocks",
            load="relxfer_social.data.blocks:load",
            options="relxfer_social.options:BlocksOptions",
            adapter="networks",
            licence="none needed: generated here",
            citation="Deshpande et al. (2018), Contextual stochastic block models, NeurIPS",
            summary="a stochastic block model with features (embedded, synthetic)",
            protocol="accuracy; a fifth of every class is the test, by seed",
        ),
        *(
            Dataset(
                name=f"geo-{name}-borders",
                load=f"relxfer_social.data.borders:load_{name}",
                options="relxfer_social.options:BordersOptions",
                adapter="networks",
                licence="facts; compilation Apache-2.0",
                summary=f"{what} that share a border; coast or inland? no features (embedded)",
                protocol="accuracy; a fifth of every class is the test, by seed",
            )
            for name, what in (("world", "195 countries"), ("us", "51 states of the USA"))
        ),
        Dataset(
            name="karate-club",
            load="relxfer_social.data.small:load_karate",
            options="relxfer_social.options:SplitOptions",
            adapter="networks",
            licence="as shipped with networkx",
            citation="Zachary (1977), An information flow model for conflict and fission in small groups",
            summary="34 members of a club that split in two (embedded, from networkx)",
            protocol="accuracy; a fifth of every class is the test, by seed",
        ),
        Dataset(
            name="les-miserables",
            load="relxfer_social.data.small:load_miserables",
            options="relxfer_social.options:LinksOptions",
            adapter="networks",
            licence="as shipped with networkx",
            citation="Knuth (1993), The Stanford GraphBase, ACM Press",
            summary="77 characters of a novel and who meets whom, for links alone (embedded, from networkx)",
            protocol="AUC of a fifth of the links, by seed",
        ),
        Dataset(
            name="network-files",
            load="relxfer_social.files.own:load",
            options="relxfer_social.options:NetworkFiles",
            adapter="networks",
            own_files=True,
            look="relxfer_social.files.inspection:look",
            summary="your own network: a list of edges with a table of nodes, GraphML, GEXF, JSON, arrays",
            protocol="accuracy; split as given, else a fifth of every class is the test, by seed",
        ),
        *standard.cards(),
    ]


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
            priors=tuple(name for name, *_ in _PRIORS),
            model="gcn",
            summary="classification of the nodes of a network, or prediction of its links",
        )
    ]


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return strategies.records()
