"""Social and other attributed networks: data, graph neural networks, and the adapter for their nodes and links."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, Reader, SourceModel, TargetAdapter, TransferStrategy
from relxfer.data import cards
from relxfer_social import architectures, strategies

relxfer_api_version = 2

#: What to compare models with; the records are here, since `priors` and `propagation` need scipy.
PRIORS = (
    SourceModel(
        name="adamic-adar",
        load="relxfer_social.priors:AdamicAdar",
        reads=("network",),
        tasks=("link-prediction",),
        summary="prior: common neighbours, rare ones more",
    ),
    SourceModel(
        name="resource-allocation",
        load="relxfer_social.priors:ResourceAllocation",
        reads=("network",),
        tasks=("link-prediction",),
        summary="prior: common neighbours by 1 / degree",
    ),
    SourceModel(
        name="preferential-attachment",
        load="relxfer_social.priors:PreferentialAttachment",
        reads=("network",),
        tasks=("link-prediction",),
        summary="prior: the product of the degrees",
    ),
    SourceModel(
        name="label-propagation",
        load="relxfer_social.propagation:LabelPropagation",
        reads=("network",),
        needs=("target-labels",),
        tasks=("classification",),
        summary="prior: labels that spread along links",
    ),
)


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return cards.read("relxfer_social.data", "cards.toml")


@hookimpl
def relxfer_readers() -> Iterable[Reader]:
    return [
        Reader(
            name="network-files",
            load="relxfer_social.data.user_files:load",
            options="relxfer_social.options:NetworkFiles",
            content="network",
            inspect="relxfer_social.files.inspection:inspect",
            summary="your own network: a list of edges with a table of nodes, GraphML, GEXF, JSON, arrays",
        )
    ]


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [*architectures.MODELS, *PRIORS]


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="networks",
            load="relxfer_social.adapter:NetworkAdapter",
            options="relxfer_social.options:NetworkOptions",
            reads=("network",),
            priors=(*(prior.name for prior in PRIORS), "majority-class"),
            model="gcn",
            withholds={
                "mixing": "the input of a node is its place in a network, and two places have no mean (use im or snd)"
            },
            summary="classification of the nodes of a network, or prediction of its links",
        )
    ]


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    return strategies.STRATEGIES
