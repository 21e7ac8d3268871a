"""The networks of `relxfer_vision.architectures.resnet`."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_vision.architectures.headed_net import Headed


class BasicBlock(nn.Module):
    """Two convolutions 3 x 3 around which the input passes (He et al. 2016, fig. 5 left)."""

    expansion = 1

    def __init__(self, inputs: int, planes: int, stride: int):
        super().__init__()
        self.conv1, self.bn1 = _convolution(inputs, planes, 3, stride), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = _convolution(planes, planes, 3), nn.BatchNorm2d(planes)
        self.downsample = _projection(inputs, planes, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = _relu(self.bn1(self.conv1(x)))
        return _relu(self.bn2(self.conv2(y)) + self.downsample(x))


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3, 1 x 1 (ibid. fig. 5 right); the stride is on the 3 x 3, as torchvision has it (ResNet v1.5)."""

    expansion = 4

    def __init__(self, inputs: int, planes: int, stride: int):
        super().__init__()
        self.conv1, self.bn1 = _convolution(inputs, planes, 1), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = _convolution(planes, planes, 3, stride), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = _convolution(planes, 4 * planes, 1), nn.BatchNorm2d(4 * planes)
        self.downsample = _projection(inputs, 4 * planes, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = _relu(self.bn1(self.conv1(x)))
        y = _relu(self.bn2(self.conv2(y)))
        return _relu(self.bn3(self.conv3(y)) + self.downsample(x))


class ResNet(Headed):
    """He et al. (2016) for ImageNet, with torchvision's names: conv1, bn1, layer1 to layer4, fc."""

    def __init__(self, block: type[BasicBlock] | type[Bottleneck], depths: Sequence[int], classes: int):
        super().__init__()
        self.conv1, self.bn1 = _convolution(3, 64, 7, 2), nn.BatchNorm2d(64)
        inputs = 64
        for stage, depth in enumerate(depths):
            planes = 64 * 2**stage
            blocks = []
            for i in range(depth):
                blocks.append(block(inputs, planes, 2 if stage and not i else 1))
                inputs = planes * block.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, classes)
        _initialise(self)

    def embed(self, pictures: Tensor) -> Tensor:
        x = F.max_pool2d(self.bn1(self.conv1(pictures)), 3, stride=2, padding=1)
        x = _relu(x)  # after pooling, which gives the same of a quarter of the numbers
        for name in ("layer1", "layer2", "layer3", "layer4"):
            x = getattr(self, name)(x)
        return x.mean((2, 3))

    def parts(self) -> list[tuple[str, nn.Module]]:
        return stages(self, 4)


class CifarBlock(nn.Module):
    """Two convolutions; where the shape changes the input passes thinned and padded with zeros (option A)."""

    def __init__(self, inputs: int, planes: int, stride: int):
        super().__init__()
        self.conv1, self.bn1 = _convolution(inputs, planes, 3, stride), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = _convolution(planes, planes, 3), nn.BatchNorm2d(planes)
        self.stride, self.more = stride, planes - inputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(_relu(self.bn1(self.conv1(x)))))
        if self.more:
            half = self.more // 2
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, self.more - half))
        return _relu(y + x)


class CifarResNet(Headed):
    """He et al. (2016, sec. 4.2) with 6 n + 2 layers, by the names of Idelbayev's: conv1, bn1, layer1 to 3, linear."""

    at = "linear"

    def __init__(self, depth: int, classes: int):
        super().__init__()
        self.conv1, self.bn1 = _convolution(3, 16, 3), nn.BatchNorm2d(16)
        inputs = 16
        for stage in range(3):
            planes = 16 * 2**stage
            blocks = []
            for i in range((depth - 2) // 6):
                blocks.append(CifarBlock(inputs, planes, 2 if stage and not i else 1))
                inputs = planes
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(inputs, classes)
        _initialise(self)

    def embed(self, pictures: Tensor) -> Tensor:
        x = _relu(self.bn1(self.conv1(pictures)))
        for name in ("layer1", "layer2", "layer3"):
            x = getattr(self, name)(x)
        return x.mean((2, 3))

    def parts(self) -> list[tuple[str, nn.Module]]:
        return stages(self, 3)


def stages(network: Headed, count: int) -> list[tuple[str, nn.Module]]:
    """The stem (conv1, bn1), the stages, the head."""
    stem = nn.Sequential(network.get_submodule("conv1"), network.get_submodule("bn1"))
    names = [f"layer{i + 1}" for i in range(count)]
    return [("stem", stem), *((name, network.get_submodule(name)) for name in names), (network.at, network.head)]


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)


def _projection(inputs: int, outputs: int, stride: int) -> nn.Module:
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(_convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


def _initialise(network: nn.Module) -> None:
    """He et al. (2015): normal with variance 2 / (outputs of the layer)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def _relu(x: Tensor) -> Tensor:
    """In place: nobody else needs what a normalisation or a sum gives."""
    return F.relu(x, inplace=True)
