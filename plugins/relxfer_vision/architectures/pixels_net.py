"""The network of `relxfer_vision.architectures.pixels`."""

from __future__ import annotations

from torch import Tensor, nn


class Pixels(nn.Module):
    """One linear layer on the pixels."""

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.width = width
        self.flat = nn.Flatten()
        self.head: nn.Module = nn.Linear(width, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.embed(pictures))

    def embed(self, pictures: Tensor) -> Tensor:
        return self.flat(pictures)

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(self.width, classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return list(self.named_children())
