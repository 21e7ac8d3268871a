"""Pictures: data, convolutional networks, and the adapter for their classification."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter
from relxfer.data import cards
from relxfer_vision.weights import published

relxfer_api_version = 1

_OFFERS = ("gradients", "features", "views", "reconstruction")
#: name, loader, reader of foreign weights, options, summary
_NETWORKS = (
    *(
        (f"resnet{n}", f"resnet:resnet{n}", f"resnet:read_resnet{n}", None, f"ResNet-{n} (He et al. 2016), {what}")
        for n, what in (
            (18, "as torchvision has it"),
            (34, "as torchvision has it"),
            (50, "as torchvision has it"),
            (20, "for CIFAR-10"),
            (56, "for CIFAR-10"),
        )
    ),
    (
        "squeezenet1_0",
        "squeezenet:squeezenet",
        "squeezenet:read",
        None,
        "SqueezeNet 1.0 (Iandola et al. 2016), as torchvision has it",
    ),
    (
        "module",
        "module:module",
        "module:read",
        "relxfer_vision.architectures.module:ModuleOptions",
        "any torch.nn.Module by its import path",
    ),
)


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return cards.read("relxfer_vision.data", "cards.toml")


@hookimpl
def relxfer_source_models() -> Iterable[SourceModel]:
    return [
        SourceModel(
            name="lenet",
            load="relxfer_vision.architectures.lenet:lenet",
            options="relxfer_vision.architectures.lenet:LeNetOptions",
            adapter="images",
            offers=_OFFERS,
            summary="LeNet for digits, with batch normalisation",
        ),
        SourceModel(
            name="pixels",
            load="relxfer_vision.architectures.pixels:pixels",
            options="relxfer_vision.architectures.pixels:PixelsOptions",
            adapter="images",
            offers=_OFFERS,
            summary="no network: a linear layer on the pixels, for a floor under learnt features",
        ),
        *(
            SourceModel(
                name=name,
                load=f"relxfer_vision.architectures.{module}",
                options=options,
                adapter="images",
                offers=_OFFERS,
                read=f"relxfer_vision.architectures.{reader}",
                weights=published.names(name),
                find="relxfer_vision.weights.published:find",
                summary=summary,
            )
            for name, module, reader, options, summary in _NETWORKS
        ),
    ]


@hookimpl
def relxfer_target_adapters() -> Iterable[TargetAdapter]:
    return [
        TargetAdapter(
            name="images",
            load="relxfer_vision.adapter:ImageAdapter",
            options="relxfer_vision.options:ImageOptions",
            offers=_OFFERS,
            withholds={"mapping": "classes of pictures have no profiles to map (use a strategy that needs no mapping)"},
            model="lenet",
            large_blocks="kept",
            summary="classification of pictures",
        )
    ]
