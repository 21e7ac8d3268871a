"""The moving average of the weights of a phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn


class Average:
    """a_t = d_t · a_(t-1) + (1 - d_t) · w_t over the steps t = 1, 2, ..., with a_0 = w_0, for parameters and buffers.

    d_t = min(decay, (1 + t) / (10 + t)), so that in a short phase the weights from which it started do not outweigh
    those that it found. Averages of weights along the way go back to Polyak and Juditsky (1992); the ramp is that of
    TensorFlow's `ExponentialMovingAverage`. What does not move stays exactly as it is, and so do counters.

    >>> module = nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.zeros_(module.weight)
    >>> average = Average({"it": module}, 0.5)
    >>> _ = nn.init.ones_(module.weight)
    >>> average.update(1)
    >>> with average.shown():
    ...     print(round(module.weight.item(), 4))
    0.8182
    >>> module.weight.item()
    1.0
    """

    def __init__(self, modules: Mapping[str, nn.Module], decay: float):
        self.decay = decay
        self._now = {
            f"average/{name}/{key}": value.detach()
            for name, module in modules.items()
            for key, value in module.state_dict().items()
            if value.is_floating_point()
        }
        self._averages = {name: value.clone() for name, value in self._now.items()}

    def update(self, step: int) -> None:
        """Take in the weights after so many steps."""
        moved = 1 - min(self.decay, (1 + step) / (10 + step))
        for name, average in self._averages.items():
            average.lerp_(self._now[name], moved)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Inside, the modules have the averages; afterwards their own weights again."""
        own = {name: value.clone() for name, value in self._now.items()}
        self._write(self._averages)
        try:
            yield
        finally:
            self._write(own)

    def keep(self) -> None:
        """Give the modules the averages."""
        self._write(self._averages)

    def arrays(self) -> dict[str, np.ndarray]:
        """The averages, for a checkpoint."""
        return {name: value.cpu().numpy().copy() for name, value in self._averages.items()}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take averages from a checkpoint."""
        for name, average in self._averages.items():
            average.copy_(torch.from_numpy(arrays[name].copy()))

    def _write(self, values: Mapping[str, Tensor]) -> None:
        for name, value in values.items():
            self._now[name].copy_(value)
