"""The learning rate over a phase, as a factor on `training.lr`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from relxfer.contract.options import TrainingOptions

#: progress in [0, 1) -> factor on the learning rate; the cosine is that of Loshchilov and Hutter (2017, eq. 5)
SCHEDULES: Mapping[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "linear": lambda progress: 1.0 - progress,
    "cosine": lambda progress: (1.0 + math.cos(math.pi * progress)) / 2,
}


def factor(options: TrainingOptions, index: int, steps: int) -> float:
    """The factor at step `index`, from 0, of so many; it depends on nothing else, so that a resumed phase has the same.

    With w = warmup · steps it is (index + 1) / w before step w - 1, and then schedule((index - w) / (steps - w)).

    >>> options = TrainingOptions(warmup=0.4, schedule="linear")
    >>> [factor(options, index, 10) for index in (0, 1, 2, 3, 4, 7)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5]
    """
    warm = options.warmup * steps
    if index + 1 < warm:
        return (index + 1) / warm
    return SCHEDULES[options.schedule](max(0.0, index - warm) / max(1.0, steps - warm))
