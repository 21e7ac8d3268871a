"""A network whose head is a submodule under another name."""

from __future__ import annotations

from typing import Any

from torch import nn


class NamedHead(nn.Module):
    """`head` is the submodule at `at`, so that the state dict keeps the names that it has there.

    at  dotted name, such as `fc` or `encoder.head`

    >>> class Net(NamedHead):
    ...     at = "fc"
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.fc = nn.Linear(2, 3)
    >>> network = Net()
    >>> network.head = nn.Linear(2, 5)
    >>> network.fc.out_features, sorted(network.state_dict())
    (5, ['fc.bias', 'fc.weight'])
    """

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
