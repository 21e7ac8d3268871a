"""The network of `relxfer_vision.architectures.lenet`."""

from __future__ import annotations

from torch import Tensor, nn


class LeNet(nn.Module):
    """Two convolutions and one hidden layer (LeCun et al. 1998), with batch normalisation and ReLU."""

    def __init__(self, size: int, channels: int, width: int, classes: int):
        super().__init__()
        self.width = width
        self.conv1 = _block(channels, 20)
        self.conv2 = _block(20, 50)
        side = ((size - 4) // 2 - 4) // 2
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(50 * side * side, width), nn.BatchNorm1d(width), nn.ReLU(inplace=True)
        )
        self.head: nn.Module = nn.Linear(width, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.embed(pictures))

    def embed(self, pictures: Tensor) -> Tensor:
        return self.hidden(self.conv2(self.conv1(pictures)))

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(self.width, classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return list(self.named_children())


def _block(inputs: int, outputs: int) -> nn.Sequential:
    """Rectified after pooling, which gives the same of a quarter of the numbers."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 5), nn.BatchNorm2d(outputs), nn.MaxPool2d(2), nn.ReLU(inplace=True))
