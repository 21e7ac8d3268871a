"""A network whose head has the name that the published one gave it."""

from __future__ import annotations

from torch import Tensor, nn

from relxfer.authoring.named_head import NamedHead


class Headed(NamedHead):
    """A classifier of features with a linear head."""

    @property
    def width(self) -> int:
        return self.head.in_features  # type: ignore[return-value]

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.embed(pictures))  # type: ignore[operator]

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(self.width, classes)
