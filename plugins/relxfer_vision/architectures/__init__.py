"""Networks for pictures, with the names and shapes of the published ones.

Of each the record; beside it `NAME.py` has its options and its loader, and `NAME_net.py` the layers, which need torch.
"""

from __future__ import annotations

from relxfer.contract.records import SourceModel
from relxfer_vision.weights import installed
from relxfer_vision.weights.published import names

#: What a learner can do with every network.
OFFERS = ("gradients", "features", "views", "reconstruction", "mixing")

MODELS = (
    SourceModel(
        name="lenet",
        load="relxfer_vision.architectures.lenet:lenet",
        options="relxfer_vision.architectures.lenet:LeNetOptions",
        reads=("pictures",),
        offers=OFFERS,
        summary="LeNet for digits, with batch normalisation",
    ),
    SourceModel(
        name="pixels",
        load="relxfer_vision.architectures.pixels:pixels",
        options="relxfer_vision.architectures.pixels:PixelsOptions",
        reads=("pictures",),
        offers=OFFERS,
        summary="no network: a linear layer on the pixels, for a floor under learnt features",
    ),
    SourceModel(
        name="resnet18",
        load="relxfer_vision.architectures.resnet:resnet18",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.resnet:read_resnet18",
        weights=names("resnet18"),
        find="relxfer_vision.weights.published:find",
        summary="ResNet-18 (He et al. 2016), as torchvision has it",
    ),
    SourceModel(
        name="resnet34",
        load="relxfer_vision.architectures.resnet:resnet34",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.resnet:read_resnet34",
        weights=names("resnet34"),
        find="relxfer_vision.weights.published:find",
        summary="ResNet-34 (He et al. 2016), as torchvision has it",
    ),
    SourceModel(
        name="resnet50",
        load="relxfer_vision.architectures.resnet:resnet50",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.resnet:read_resnet50",
        weights=names("resnet50"),
        find="relxfer_vision.weights.published:find",
        summary="ResNet-50 (He et al. 2016), as torchvision has it",
    ),
    SourceModel(
        name="resnet20",
        load="relxfer_vision.architectures.resnet:resnet20",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.resnet:read_resnet20",
        weights=names("resnet20"),
        find="relxfer_vision.weights.published:find",
        summary="ResNet-20 (He et al. 2016), for CIFAR-10",
    ),
    SourceModel(
        name="resnet56",
        load="relxfer_vision.architectures.resnet:resnet56",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.resnet:read_resnet56",
        weights=names("resnet56"),
        find="relxfer_vision.weights.published:find",
        summary="ResNet-56 (He et al. 2016), for CIFAR-10",
    ),
    SourceModel(
        name="squeezenet1_0",
        load="relxfer_vision.architectures.squeezenet:squeezenet",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.squeezenet:read",
        weights=names("squeezenet1_0"),
        find="relxfer_vision.weights.published:find",
        summary="SqueezeNet 1.0 (Iandola et al. 2016), as torchvision has it",
    ),
    SourceModel(
        name="efficientnet_lite0",
        load="relxfer_vision.architectures.efficientnet_lite:efficientnet_lite0",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.efficientnet_lite:read",
        weights=installed.names("efficientnet_lite0"),
        licences=dict.fromkeys(installed.names("efficientnet_lite0"), "Apache-2.0"),
        find="relxfer_vision.weights.installed:find",
        summary="EfficientNet-Lite0 (Tan and Le 2019), whose weights the extra `imagenet` installs",
    ),
    SourceModel(
        name="module",
        load="relxfer_vision.architectures.module:module",
        options="relxfer_vision.architectures.module:ModuleOptions",
        reads=("pictures",),
        offers=OFFERS,
        read="relxfer_vision.architectures.module:read",
        bring="relxfer_vision.architectures.module:bring",
        find="relxfer_vision.weights.published:find",
        summary="any torch.nn.Module by its import path, or a function that returns one with its weights",
    ),
)
