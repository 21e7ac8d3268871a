"""ResNets for ImageNet and for CIFAR-10, by the names of the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer_vision.data.standard.classes import CIFAR10
from relxfer_vision.weights.state_dicts import foreign

if TYPE_CHECKING:
    import numpy as np

#: Blocks of each stage (He et al. 2016, table 1), and whether they are bottlenecks.
_DEPTHS = {18: ((2, 2, 2, 2), False), 34: ((3, 4, 6, 3), False), 50: ((3, 4, 6, 3), True)}


def resnet(
    depth: int, options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """ResNet-18, 34 or 50 in torchvision's names and shapes.

    >>> model = resnet(18, None, None, {"task": {"kind": "", "answers": [str(i) for i in range(1000)]}})
    >>> sum(p.numel() for p in model.network.parameters())
    11689512
    """
    from relxfer_vision.architectures.resnet_net import BasicBlock, Bottleneck, ResNet
    from relxfer_vision.model import IMAGENET, ImageModel, Native

    depths, deep = _DEPTHS[depth]
    native = Native(224, 3, *IMAGENET, resize="crop", shorter=256)
    return ImageModel(lambda classes: ResNet(Bottleneck if deep else BasicBlock, depths, classes), native, arrays, card)


def cifar_resnet(
    depth: int, options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """ResNet-20 or 56 for pictures of 32 x 32.

    >>> model = cifar_resnet(20, None, None, {"task": {"kind": "", "answers": list("0123456789")}})
    >>> sum(p.numel() for p in model.network.parameters())
    269722
    """
    from relxfer_vision.architectures.resnet_net import CifarResNet
    from relxfer_vision.model import IMAGENET, ImageModel, Native

    return ImageModel(lambda classes: CifarResNet(depth, classes), Native(32, 3, *IMAGENET), arrays, card)


def read(depth: int, path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Foreign weights of a ResNet for ImageNet; `ArtefactError` where they are none."""
    return foreign(path, f"ResNet-{depth}", partial(resnet, depth, None), "fc")


def read_cifar(depth: int, path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Foreign weights of a ResNet for CIFAR; ten classes are taken for CIFAR-10's."""
    return foreign(path, f"ResNet-{depth} for CIFAR", partial(cifar_resnet, depth, None), "linear", CIFAR10)


resnet18, resnet34, resnet50 = (partial(resnet, depth) for depth in _DEPTHS)
read_resnet18, read_resnet34, read_resnet50 = (partial(read, depth) for depth in _DEPTHS)
resnet20, resnet56 = (partial(cifar_resnet, depth) for depth in (20, 56))
read_resnet20, read_resnet56 = (partial(read_cifar, depth) for depth in (20, 56))
