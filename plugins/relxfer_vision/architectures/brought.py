"""The weights of a network that is at hand, as a source model brings them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from torch import nn

from relxfer.authoring.torch_learner import arrays_of
from relxfer.judge.metrics.classification import Classification

if TYPE_CHECKING:
    import numpy as np


def brought(module: nn.Module, head: str, classes: Sequence[str] = ()) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Its weights, by the names in `module_net.Wrapped`, and a card with the classes of its head, the last layer.

    The classes are numbered where they have not a name each.

    >>> arrays, card = brought(nn.Sequential(nn.Linear(3, 2)), "0")
    >>> sorted(arrays), card["task"]["answers"]
    (['module.0.bias', 'module.0.weight'], ['class 0', 'class 1'])
    """
    count: Any = module.get_submodule(head).out_features
    named = len(classes) == count == len({*classes})
    task = Classification(tuple(classes) if named else numbered(count)).card()
    return {f"module.{name}": array for name, array in arrays_of(module).items()}, {"task": task, "tasks": [task]}


def numbered(count: int) -> tuple[str, ...]:
    """Names of so many classes that have none."""
    return tuple(f"class {number}" for number in range(count))
