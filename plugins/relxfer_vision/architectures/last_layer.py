"""The last layer of a network: the linear one whose output is that of the network."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from relxfer.errors import Incompatible


def find(module: nn.Module, size: int, channels: int) -> str:
    """Its dotted name, as one pass of an empty picture [1, channels, size, size] shows; the network stays as it is.

    Raises:
        Incompatible: something follows on each linear layer, so that none gives the scores of the classes.

    >>> find(nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.ReLU(), nn.Linear(3, 2)), 2, 3)
    '3'
    """
    linear = {name: child for name, child in module.named_modules() if isinstance(child, nn.Linear)}
    made: dict[str, Tensor] = {}
    hooks = [
        child.register_forward_hook(lambda _, inputs, output, name=name: made.update({name: output}))
        for name, child in linear.items()
    ]
    modes = {child: child.training for child in module.modules()}
    try:
        with torch.no_grad():
            whole = scores(module.eval()(torch.zeros(1, channels, size, size)))
    finally:
        for hook in hooks:
            hook.remove()
        for child, mode in modes.items():
            child.training = mode
    last = [name for name, output in made.items() if output is whole]
    if not last:
        raise Incompatible(
            f"a torch.nn.Linear that gives the scores of {type(module).__name__}",
            "another last layer",
            f"set head to the layer whose input are the features, one of: {', '.join(linear) or 'none there is'}",
        )
    return last[-1]


def scores(output: Any) -> Any:
    """The scores in what a network returns, which some libraries put into a record as `logits`."""
    return getattr(output, "logits", output)
