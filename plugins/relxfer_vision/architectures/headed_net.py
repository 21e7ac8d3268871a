"""A network whose head has the name that the published one gave it."""

from __future__ import annotations

from typing import Any

from torch import nn


class Headed(nn.Module):
    """`head` is the submodule at `at`, so that names in the state dict stay those of the published network."""

    at = "fc"

    @property
    def head(self) -> nn.Module:
        return self.get_submodule(self.at)

    @head.setter
    def head(self, head: nn.Module) -> None:
        above, _, name = self.at.rpartition(".")
        setattr(self.get_submodule(above), name, head)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "head":  # nn.Module would make it a submodule of that name, whatever the property says
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)

    @property
    def width(self) -> int:
        return self.head.in_features  # type: ignore[return-value]

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(self.width, classes)
