"""Pictures: data, convolutional networks, and the adapter for their classification."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset, SourceModel, TargetAdapter
from relxfer_vision.data import standard
from relxfer_vision.weights import published

relxfer_api_version = 1

_OFFERS = ("gradients", "features", "views", "reconstruction")


@hookimpl
def relxfer_datasets() -> Iterable[Dataset]:
    return [
        Dataset(
            name="digits",
            load="relxfer_vision.data.digits:load_digits",
            options="relxfer_vision.options:DigitsOptions",
            adapter="images",
            licence="CC BY 4.0 (UCI), as shipped with scikit-learn",
            citation="Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, UCI",
            summary="1,797 handwritten digits of 8 x 8 pixels (embedded, from scikit-learn)",
            protocol="accuracy; 1,200 for training, 597 for the test, by a fixed order",
        ),
        Dataset(
            name="digits-photo",
            load="relxfer_vision.data.digits:load_digits_photo",
            options="relxfer_vision.options:DigitsOptions",
            adapter="images",
            licence="CC BY 4.0 (UCI); photographs Creative Commons with attribution, as shipped with scikit-learn",
            citation="Ganin and Lempitsky (2015), Unsupervised domain adaptation by backpropagation, ICML (recipe)",
            summary="the same digits blended over two photographs, 28 x 28 RGB (embedded)",
            protocol="accuracy; the split of digits",
        ),
        Dataset(
            name="image-files",
            load="relxfer_vision.files.own:load",
            options="relxfer_vision.options:ImageFiles",
            adapter="images",
            own_files=True,
            look="relxfer_vision.files.inspection:look",
            summary="your own pictures: a folder for each class, a table of files and labels, or .npz",
        ),
        *standard.cards(),
    ]


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
        SourceModel(
            name="resnet18",
            load="relxfer_vision.architectures.resnet:resnet18",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.resnet:read_resnet18",
            weights=published.names("resnet18"),
            find="relxfer_vision.weights.published:find",
            summary="ResNet-18 (He et al. 2016), as torchvision has it",
        ),
        SourceModel(
            name="resnet34",
            load="relxfer_vision.architectures.resnet:resnet34",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.resnet:read_resnet34",
            weights=published.names("resnet34"),
            find="relxfer_vision.weights.published:find",
            summary="ResNet-34 (He et al. 2016), as torchvision has it",
        ),
        SourceModel(
            name="resnet50",
            load="relxfer_vision.architectures.resnet:resnet50",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.resnet:read_resnet50",
            weights=published.names("resnet50"),
            find="relxfer_vision.weights.published:find",
            summary="ResNet-50 (He et al. 2016), as torchvision has it",
        ),
        SourceModel(
            name="resnet20",
            load="relxfer_vision.architectures.resnet:resnet20",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.resnet:read_resnet20",
            weights=published.names("resnet20"),
            find="relxfer_vision.weights.published:find",
            summary="ResNet-20 (He et al. 2016), for CIFAR-10",
        ),
        SourceModel(
            name="resnet56",
            load="relxfer_vision.architectures.resnet:resnet56",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.resnet:read_resnet56",
            weights=published.names("resnet56"),
            find="relxfer_vision.weights.published:find",
            summary="ResNet-56 (He et al. 2016), for CIFAR-10",
        ),
        SourceModel(
            name="squeezenet1_0",
            load="relxfer_vision.architectures.squeezenet:squeezenet",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.squeezenet:read",
            weights=published.names("squeezenet1_0"),
            find="relxfer_vision.weights.published:find",
            summary="SqueezeNet 1.0 (Iandola et al. 2016), as torchvision has it",
        ),
        SourceModel(
            name="module",
            load="relxfer_vision.architectures.module:module",
            options="relxfer_vision.architectures.module:ModuleOptions",
            adapter="images",
            offers=_OFFERS,
            read="relxfer_vision.architectures.module:read",
            find="relxfer_vision.weights.published:find",
            summary="any torch.nn.Module by its import path",
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
            model="lenet",
            large_blocks="kept",
            summary="classification of pictures",
        )
    ]
