"""The network of `relxfer_vision.architectures.module`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from relxfer.errors import Incompatible
from relxfer_vision.architectures.headed_net import Headed


class Wrapped(Headed):
    """A module of the user's as `module`; its features are what its head takes."""

    def __init__(self, module: nn.Module, head: str, classes: int):
        super().__init__()
        self.module = module
        self.at = f"module.{head}"
        try:
            head_layer: nn.Module | None = self.head
        except AttributeError:
            head_layer = None
        if not isinstance(head_layer, nn.Linear):
            raise Incompatible(
                f"a torch.nn.Linear as the head {head!r} of {type(module).__name__}",
                "none of this name" if head_layer is None else type(head_layer).__name__,
                f"set head to one of: {', '.join(_linear(module)) or 'none there is'}",
            )
        if head_layer.out_features != classes:
            self.head = self.new_head(classes)

    def embed(self, pictures: Tensor) -> Tensor:
        """One pass of the module; the head sees its features, and what it makes of them is left."""
        seen: list[Tensor] = []
        handle = self.head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        try:
            self.module(pictures)
        finally:
            handle.remove()
        return seen[0]

    def parts(self) -> list[tuple[str, nn.Module]]:
        """The children that have parameters; the one that holds the head is taken apart."""
        return [*_parts("", self.module, self.head), (self.at.removeprefix("module."), self.head)]


def _parts(before: str, module: nn.Module, head: nn.Module) -> list[tuple[str, nn.Module]]:
    layers: list[tuple[str, Any]] = []
    for name, child in module.named_children():
        if child is head or not [*child.parameters()]:
            continue
        inside = any(each is head for each in child.modules())
        layers += _parts(f"{before}{name}.", child, head) if inside else [(before + name, child)]
    return layers


def _linear(module: nn.Module) -> list[str]:
    return [name for name, child in module.named_modules() if isinstance(child, nn.Linear)]
