"""The batches of a phase. They depend only on seed, phase, stream and number, so that a resume needs no saved state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.seeding import generator


@dataclass(frozen=True)
class Streams:
    """Batches of one or several sets of examples.

    learner     creates a batch from rows of examples: `batch(examples, rows, rng)`
    examples    the sets of examples, each of which is a stream of batches
    batch_size  the number of rows in a batch, or all rows of a smaller set
    place       seed and phase, from which all random numbers are derived
    chances     stream -> [n] the probability of each row to be drawn; the others are drawn evenly
    turns       whether only one stream has a batch each time, drawn in proportion to the sizes of the sets
    orders      stream -> its present epoch, and the order of its rows in it
    """

    learner: Any
    examples: Sequence[Examples]
    batch_size: int
    place: tuple[object, ...]
    turns: bool
    chances: Mapping[int, np.ndarray] = field(default_factory=dict)
    orders: dict[int, tuple[int, np.ndarray]] = field(default_factory=dict)

    def at(self, number: int) -> list[Any]:
        """Batch `number` of every stream, or of the stream whose turn it is."""
        chosen = [self._turn(number)] if self.turns else range(len(self.examples))
        return [self._batch(stream, number) for stream in chosen]

    def _turn(self, number: int) -> int:
        sizes = np.array([len(examples) for examples in self.examples], dtype=float)
        return int(generator(*self.place, "turn", number).choice(len(sizes), p=sizes / sizes.sum()))

    def _batch(self, stream: int, number: int) -> Any:
        rows = self._rows(stream, number)
        return self.learner.batch(self.examples[stream], rows, generator(*self.place, "batch", stream, number))

    def _rows(self, stream: int, number: int) -> np.ndarray:
        """The rows of a batch, drawn without replacement in an epoch, or with it where they have probabilities.

        A short last batch is dropped, unless alone.
        """
        total = len(self.examples[stream])
        size = min(self.batch_size, total)
        epoch, place = divmod(number, max(1, total // size))
        if self.orders.get(stream, (-1,))[0] != epoch:
            self.orders[stream] = epoch, self._order(stream, epoch)
        return self.orders[stream][1][place * size : (place + 1) * size]

    def _order(self, stream: int, epoch: int) -> np.ndarray:
        rng, total = generator(*self.place, "order", stream, epoch), len(self.examples[stream])
        chances = self.chances.get(stream)
        return rng.permutation(total) if chances is None else rng.choice(total, total, p=chances)
