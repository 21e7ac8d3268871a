"""The finished cells of a row as arrays of values: by the seeds of source and target, and by query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from relxfer.results.values import Values

#: The seed of a pre-training, None where there is none, and that of the transfer.
Seeds: TypeAlias = tuple[int | None, int]


@dataclass(frozen=True)
class Runs:
    """The finished cells of one strategy in one block.

    name         of the strategy
    evaluations  (source seed, seed) -> evaluation id
    """

    name: str
    evaluations: Mapping[Seeds, str]

    @property
    def deterministic(self) -> bool:
        """Whether several seeds share one evaluation."""
        return len(self.evaluations) > 1 and len(set(self.evaluations.values())) == 1

    def seeds(self) -> list[int]:
        """The seeds that finished, ascending."""
        return sorted({seed for _, seed in self.evaluations})

    def source_seeds(self) -> list[int]:
        """The seeds of the pre-trainings that it was run from, ascending; none if it uses none."""
        return sorted({source for source, _ in self.evaluations if source is not None})

    def any(self) -> str:
        """The id of one of the evaluations, for what all share because they have the same test."""
        return next(iter(self.evaluations.values()))

    def undefined(self, values: Values) -> dict[str, str]:
        """Metric -> why some run has no value of it."""
        return {name: why for of in self.evaluations.values() for name, why in values(of).measured.undefined.items()}

    def values(self, values: Values, metric: str) -> np.ndarray:
        """Values of a metric: [pre-trainings, seeds, queries] if they are crossed, [seeds, queries] otherwise."""
        return self.at(Grid.of(list(self.evaluations)), values, metric)

    def at(self, grid: Grid, values: Values, metric: str) -> np.ndarray:
        """Values of a metric at the seeds of a grid; one row if all seeds share a run."""
        rows = [[values(self._evaluation(key)).measured.of(metric) for key in line] for line in grid.lines]
        if len(set(self.evaluations.values())) == 1:
            rows = [rows[0][:1]]
        return np.array(rows) if grid.crossed else np.array(rows[0])

    def ids(self, grid: Grid) -> list[str]:
        """The evaluations at the seeds of a grid that is a single line; one if all seeds share a run."""
        made = [self._evaluation(key) for key in grid.lines[0]]
        return made[:1] if len(set(self.evaluations.values())) == 1 else made

    def _evaluation(self, key: Seeds) -> str:
        """The evaluation for the seeds of a grid, in which a row of few pre-trainings has those of another row."""
        if key in self.evaluations:
            return self.evaluations[key]
        return next(of for (_, seed), of in self.evaluations.items() if seed == key[1])


@dataclass(frozen=True)
class Grid:
    """The seeds for which cells are there: one line for every pre-training where they are crossed, else a single line.

    Where cells are missing, a pre-training or a seed is left out, so that every pre-training has every seed.
    """

    lines: tuple[tuple[Seeds, ...], ...]

    @property
    def crossed(self) -> bool:
        """Whether several pre-trainings have several seeds each."""
        return len(self.lines) > 1

    @property
    def seeds(self) -> int:
        """Number of seeds of a pre-training."""
        return len(self.lines[0])

    @classmethod
    def of(cls, keys: Sequence[Seeds]) -> Grid:
        """The grid of the seeds of cells.

        >>> len(Grid.of([(0, 0), (1, 1), (2, 2)]).lines), len(Grid.of([(0, 0), (1, 0), (0, 1), (1, 1)]).lines)
        (1, 2)
        """
        ordered = sorted(keys, key=_order)
        if len(keys) <= max(len(counts) for counts in _counts(keys)):
            return cls((tuple(ordered),))
        kept = _complete(ordered)
        sources = dict.fromkeys(source for source, _ in kept)
        lines = tuple(tuple(key for key in kept if key[0] == source) for source in sources)
        return cls(lines) if len(lines) > 1 and len(lines[0]) > 1 else cls((tuple(kept),))


def _order(key: Seeds) -> tuple[int, int]:
    source, seed = key
    return seed, -1 if source is None else source


def _counts(keys: Sequence[Seeds]) -> tuple[Counter[int | None], Counter[int]]:
    """How many cells each pre-training and each seed has."""
    return Counter(source for source, _ in keys), Counter(seed for _, seed in keys)


def _complete(keys: Sequence[Seeds]) -> list[Seeds]:
    """The keys without the pre-trainings or seeds that lack some; the one that lacks the largest share goes first."""
    kept = list(keys)
    sources, seeds = _counts(kept)
    while len(kept) < len(sources) * len(seeds):
        source, seed = min(sources, key=lambda each: sources[each]), min(seeds, key=lambda each: seeds[each])
        if sources[source] / len(seeds) <= seeds[seed] / len(sources):
            kept = [key for key in kept if key[0] != source]
        else:
            kept = [key for key in kept if key[1] != seed]
        sources, seeds = _counts(kept)
    return kept


def common(one: Runs, other: Runs) -> Grid | None:
    """The seeds that finished in both; None if there are none.

    Runs from several pre-trainings are paired by both seeds, and with runs from one or none by the transfer's seed.
    """
    if min(len(one.source_seeds()), len(other.source_seeds())) > 1:
        keys = [key for key in one.evaluations if key in other.evaluations]
    else:
        several, single = (one, other) if len(one.source_seeds()) > 1 else (other, one)
        seeds = {seed for _, seed in single.evaluations}
        keys = [key for key in several.evaluations if key[1] in seeds]
    return Grid.of(keys) if keys else None
