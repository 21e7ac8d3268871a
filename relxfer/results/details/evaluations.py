"""Reading the files of evaluations, several times each, without reading small ones twice."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relxfer.store import files
from relxfer.store.run_directory import Store

#: The most bytes of arrays that are kept.
MOST_BYTES = 64 * 2**20


@dataclass
class Evaluations:
    """The evaluations of a run; those that were read last are kept, up to `most` bytes."""

    store: Store
    most: int = MOST_BYTES
    _kept: OrderedDict[str, tuple[dict[str, np.ndarray], Any]] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def read(self, evaluation: str) -> tuple[dict[str, np.ndarray], Any]:
        """The arrays of an evaluation by name, which the caller may take out of the table, and its card."""
        if evaluation not in self._kept:
            self._kept[evaluation] = made = files.read_arrays(self.store.evaluation(evaluation))
            self._bytes += _size(made[0])
        self._kept.move_to_end(evaluation)
        arrays, card = self._kept[evaluation]
        while self._bytes > self.most and self._kept:
            self._bytes -= _size(self._kept.popitem(last=False)[1][0])
        return dict(arrays), card


def _size(arrays: dict[str, np.ndarray]) -> int:
    return sum(array.nbytes for array in arrays.values())
