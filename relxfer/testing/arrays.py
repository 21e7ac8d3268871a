"""What contract tests compare: the arrays in a batch, and the state of a learner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np


def arrays_in(value: Any, name: str = "batch") -> Iterator[tuple[str, np.ndarray]]:
    """Yield (path, array) for every tensor and array in a batch, however it is nested.

    >>> [name for name, _ in arrays_in(SimpleNamespace(x=np.zeros(2), more={"y": np.ones(1)}, size=3))]
    ['batch.x', 'batch.more.y']
    """
    if hasattr(value, "detach"):
        yield name, value.detach().cpu().numpy()
    elif isinstance(value, np.ndarray):
        yield name, value
    else:
        for key, item in _members(value):
            yield from arrays_in(item, f"{name}.{key}")


def _members(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif is_dataclass(value):
        yield from ((f.name, getattr(value, f.name)) for f in fields(value))
    elif hasattr(value, "to_dict"):
        yield from value.to_dict().items()
    elif isinstance(value, SimpleNamespace):
        yield from vars(value).items()


def state_of(learner: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Copies of the arrays and of the card of the model that a learner exports."""
    arrays, card = learner.export().state()
    return {name: array.copy() for name, array in arrays.items()}, dict(card)


def same(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> bool:
    """Whether two states have the same names, with the same bytes for each."""
    return first.keys() == second.keys() and all(first[k].tobytes() == second[k].tobytes() for k in first)
