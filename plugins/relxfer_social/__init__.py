"""Social and other attributed networks: data, graph neural networks, and the adapter for their nodes."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter, TransferStrategy
from relxfer_social import strategies
from relxfer_social.data import standard

relxfer_api_version = 1

_OFFERS = ("gradients", "features", "views", "reconstruction", "social.layers", "social.masking", "social.edges")


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
        SourceModel(
            name="gcn",
            load="relxfer_social.architectures.gnn:gcn",
            options="relxfer_social.architectures.gnn:GNNOptions",
            adapter="networks",
            offers=(*_OFFERS, "social.weights"),
            summary="GCN (Kipf and Welling 2017)",
        ),
        SourceModel(
            name="graphsage",
            load="relxfer_social.architectures.gnn:sage",
            options="relxfer_social.architectures.gnn:GNNOptions",
            adapter="networks",
            offers=_OFFERS,
            summary="GraphSAGE with means (Hamilton et al. 2017)",
        ),
        SourceModel(
            name="gin",
            load="relxfer_social.architectures.gnn:gin",
            options="relxfer_social.architectures.gnn:GNNOptions",
            adapter="networks",
            offers=(*_OFFERS, "social.weights"),
            summary="GIN (Xu et al. 2019)",
        ),
        SourceModel(
            name="gat",
            load="relxfer_social.architectures.gnn:gat",
            options="relxfer_social.architectures.gnn:GNNOptions",
            adapter="networks",
            offers=_OFFERS,
            summary="GAT with four heads (Velickovic et al. 2018)",
        ),
        SourceModel(
            name="mlp",
            load="relxfer_social.architectures.decoupled:mlp",
            options="relxfer_social.architectures.decoupled:MLPOptions",
            adapter="networks",
            offers=_OFFERS,
            summary="no messages: features of each node alone",
        ),
        SourceModel(
            name="experts",
            load="relxfer_social.architectures.experts:experts",
            options="relxfer_social.architectures.gnn:GNNOptions",
            adapter="networks",
            offers=(*_OFFERS, "social.weights", "social.experts"),
            summary="a GCN and an MLP side by side, each trusted as far as its prediction of a node tells",
        ),
        SourceModel(
            name="decoupled",
            load="relxfer_social.architectures.decoupled:decoupled",
            options="relxfer_social.architectures.decoupled:DecoupledOptions",
            adapter="networks",
            offers=(*_OFFERS, "social.weights"),
            summary="transforms, then propagates, further on the target than on sources (Liu et al. 2024)",
        ),
        SourceModel(
            name="adamic-adar",
            load="relxfer_social.priors:AdamicAdar",
            adapter="networks",
            tasks=("link-prediction",),
            summary="prior: common neighbours, rare ones more",
        ),
        SourceModel(
            name="resource-allocation",
            load="relxfer_social.priors:ResourceAllocation",
            adapter="networks",
            tasks=("link-prediction",),
            summary="prior: common neighbours by 1 / degree",
        ),
        SourceModel(
            name="preferential-attachment",
            load="relxfer_social.priors:PreferentialAttachment",
            adapter="networks",
            tasks=("link-prediction",),
            summary="prior: the product of the degrees",
        ),
    ]


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="networks",
            load="relxfer_social.adapter:NetworkAdapter",
            options="relxfer_social.options:NetworkOptions",
            offers=(*_OFFERS, "social.weights", "social.filters", "social.experts"),
            priors=("adamic-adar", "resource-allocation", "preferential-attachment"),
            model="gcn",
            summary="classification of the nodes of a network, or prediction of its links",
        )
    ]


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return strategies.STRATEGIES
