"""The batches of a phase: a pure function of seed, phase, stream and number, so that a resume needs none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.seeding import generator


@dataclass(frozen=True)
class Streams:
    """Batches of one or several sets of examples.

    learner     makes a batch of rows of examples: `batch(examples, rows, rng)`
    examples    one stream each
    batch_size  rows of a batch, or all there are
    place       seed and phase, from which every random number is derived
    turns       each batch comes from one stream, drawn in proportion to its examples; else from every stream
    """

    learner: Any
    examples: Sequence[Examples]
    batch_size: int
    place: tuple[object, ...]
    turns: bool
    #: stream -> the epoch that it is in, and the order of its rows there
    orders: dict[int, tuple[int, np.ndarray]] = field(default_factory=dict)

    def at(self, number: int) -> list[Any]:
        """A batch of every stream, or of the one whose turn it is."""
        chosen = [self._turn(number)] if self.turns else range(len(self.examples))
        return [self._batch(stream, number) for stream in chosen]

    def _turn(self, number: int) -> int:
        sizes = np.array([len(examples) for examples in self.examples], dtype=float)
        return int(generator(*self.place, "turn", number).choice(len(sizes), p=sizes / sizes.sum()))

    def _batch(self, stream: int, number: int) -> Any:
        rows = self._rows(stream, number)
        return self.learner.batch(self.examples[stream], rows, generator(*self.place, "batch", stream, number))

    def _rows(self, stream: int, number: int) -> np.ndarray:
        """Without replacement in an epoch; its last batch, if short, is dropped unless it is the only one."""
        total = len(self.examples[stream])
        size = min(self.batch_size, total)
        epoch, place = divmod(number, max(1, total // size))
        if self.orders.get(stream, (-1,))[0] != epoch:
            self.orders[stream] = epoch, generator(*self.place, "order", stream, epoch).permutation(total)
        return self.orders[stream][1][place * size : (place + 1) * size]
