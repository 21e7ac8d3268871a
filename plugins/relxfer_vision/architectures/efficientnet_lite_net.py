"""The network of `relxfer_vision.architectures.efficientnet_lite`."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_vision.architectures.headed_net import Headed

#: Of each stage: kernel, stride, expansion, channels, blocks (Tan and Le 2019, table 1, at width and depth 1).
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
#: Channels of the first and of the last convolution.
STEM, WIDTH = 32, 1280


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow's "SAME": ceil(n / stride) outputs, and what is odd stands below and right."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int = 1, groups: int = 1):
        super().__init__(inputs, outputs, size, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        pads = [self._pad(side) for side in x.shape[:1:-1]]  # the width first, as F.pad takes them
        if all(before == after for before, after in pads):
            return F.conv2d(x, self.weight, None, self.stride, (pads[1][0], pads[0][0]), groups=self.groups)
        return super().forward(F.pad(x, [*pads[0], *pads[1]]))

    def _pad(self, side: int) -> tuple[int, int]:
        """Zeros before and after a side of so many pixels."""
        size, stride = self.kernel_size[0], self.stride[0]
        missing = max(0, ((side + stride - 1) // stride - 1) * stride + size - side)
        return missing // 2, missing - missing // 2


class InvertedBlock(nn.Module):
    """Expand, convolve channel by channel, project (Sandler et al. 2018); Lite: no squeeze and excitation, ReLU6."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int, expansion: int):
        super().__init__()
        inner = inputs * expansion
        self.expands, self.passes = expansion > 1, stride == 1 and inputs == outputs
        if self.expands:
            self._expand_conv, self._bn0 = SameConv(inputs, inner, 1), _norm(inner)
        self._depthwise_conv, self._bn1 = SameConv(inner, inner, size, stride, groups=inner), _norm(inner)
        self._project_conv, self._bn2 = SameConv(inner, outputs, 1), _norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        y = _relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = self._bn2(self._project_conv(_relu6(self._bn1(self._depthwise_conv(y)))))
        return y + x if self.passes else y


class EfficientNetLite(Headed):
    """EfficientNet-Lite0, with the names of the published weights: _conv_stem, _blocks, _conv_head, _fc."""

    at = "_fc"

    def __init__(self, classes: int):
        super().__init__()
        self._conv_stem, self._bn0 = SameConv(3, STEM, 3, 2), _norm(STEM)
        blocks, inputs = [], STEM
        for size, stride, expansion, outputs, count in STAGES:
            for number in range(count):
                blocks.append(InvertedBlock(inputs, outputs, size, stride if not number else 1, expansion))
                inputs = outputs
        self._blocks = nn.Sequential(*blocks)
        self._conv_head, self._bn1 = SameConv(inputs, WIDTH, 1), _norm(WIDTH)
        self._fc = nn.Linear(WIDTH, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    def embed(self, pictures: Tensor) -> Tensor:
        x = self._blocks(_relu6(self._bn0(self._conv_stem(pictures))))
        return _relu6(self._bn1(self._conv_head(x))).mean((2, 3))

    def parts(self) -> list[tuple[str, nn.Module]]:
        """The stem, each block, the last convolution, the head."""
        stem = nn.Sequential(self._conv_stem, self._bn0)
        last = nn.Sequential(self._conv_head, self._bn1)
        blocks = [(f"_blocks.{number}", block) for number, block in enumerate(self._blocks)]
        return [("stem", stem), *blocks, ("last", last), (self.at, self.head)]


def _norm(channels: int) -> nn.BatchNorm2d:
    """With TensorFlow's epsilon, which the weights were trained with; its momentum of .01 is for more steps than here.

    After 80 steps it would leave the running statistics half as they were, of an untrained network too.
    """
    return nn.BatchNorm2d(channels, eps=1e-3)


def _relu6(x: Tensor) -> Tensor:
    """In place: nobody else needs what a normalisation gives."""
    return F.relu6(x, inplace=True)
