"""The seeded split of a graph's own facts: twins stay together, and every question can be answered from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from relxfer.errors import DataError
from relxfer.seeding import generator

#: How many units are looked at together.
_BLOCK = 1 << 16


class RandomSplit(NamedTuple):
    """How facts are split: shares of the units for validation and test, together below 1, and the seed of the order."""

    valid_fraction: float = 0.1
    test_fraction: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class SplitRows:
    """Rows of the facts in each split, ascending; a repeated fact is in none.

    observed, valid, test   [.] int rows
    units                   [n] int, for every fact the number of its unordered pair of entities
    duplicates              how many facts repeat an earlier one
    """

    observed: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    units: np.ndarray
    duplicates: int


def split(facts: np.ndarray, num_entities: int, how: RandomSplit) -> SplitRows:
    """Hold out whole pairs of entities, in seeded order, while the observed facts still mention their entities.

    - All facts between the same two entities, in either direction, are one unit and stay together, so that
      no symmetric or inverse twin of a held-out fact is observed.
    - A unit is held out only if each of its entities keeps an observed fact. An entity with a single unit is therefore
      never asked about; neither is a relation whose facts on one side all have such an entity.
    - A relation with a held-out fact keeps an observed one.
    - A fact that repeats an earlier one is left out.

    Args:
        facts: int [n, 3] (head, relation, tail).
        num_entities: entity ids are below it.
        how: fractions and seed; the rules above may leave fewer units than asked for.

    Raises:
        DataError: the fractions make no sense, or no unit can be held out; the message says why.

    >>> triangle = np.array([[0, 0, 1], [1, 0, 0], [1, 0, 2], [2, 0, 0]])
    >>> rows = split(triangle, 3, RandomSplit(valid_fraction=0, test_fraction=0.3, seed=1))
    >>> rows.units.tolist(), len(rows.observed) + len(rows.test), len(set(rows.units[rows.test]))
    ([0, 0, 2, 1], 4, 1)
    """
    facts = np.asarray(facts, dtype=np.int64).reshape(-1, 3)
    _check_fractions(how.valid_fraction, how.test_fraction)
    units = pair_units(facts, num_entities)
    kept = first_rows(facts, num_entities)
    graph = _Units(facts[kept], units[kept], num_entities)
    tests, valids = (_share(fraction, graph.count) for fraction in (how.test_fraction, how.valid_fraction))
    held = graph.hold_out(tests + valids, how.seed)
    if tests + valids and not held:
        raise DataError(graph.refusal())
    if tests and len(held) < tests + valids:  # the rules left fewer than asked for: both shrink in proportion
        tests = max(1, round(len(held) * tests / (tests + valids)))
    split_of = np.zeros(graph.count, dtype=np.int8)
    split_of[held[tests:]], split_of[held[:tests]] = 1, 2
    observed, valid, test = (kept[split_of[units[kept]] == i] for i in range(3))
    return SplitRows(observed, valid, test, units, len(facts) - len(kept))


def pair_units(facts: np.ndarray, num_entities: int) -> np.ndarray:
    """[n] int: for every fact the number of its unordered pair of entities, from 0 without gaps.

    >>> pair_units(np.array([[0, 0, 1], [1, 1, 0], [1, 0, 1]]), 2).tolist()
    [0, 0, 1]
    """
    head, _, tail = facts.T
    pairs = np.minimum(head, tail) * num_entities + np.maximum(head, tail)
    return np.unique(pairs, return_inverse=True)[1].reshape(-1)


def fact_units(facts: np.ndarray, num_entities: int) -> np.ndarray:
    """[n] int: a fact and its reversal under the same relation are one item, for budgets and resampling.

    >>> fact_units(np.array([[0, 0, 1], [1, 0, 0], [1, 1, 0]]), 2).tolist()
    [0, 0, 1]
    """
    pairs = pair_units(facts, num_entities)
    return np.unique(pairs * (facts[:, 1].max(initial=0) + 1) + facts[:, 1], return_inverse=True)[1].reshape(-1)


def fact_keys(facts: np.ndarray, num_entities: int) -> np.ndarray:
    """[n] int, equal for equal facts of the same call, and for no others."""
    head, relation, tail = facts.T
    pairs = np.unique(head * num_entities + tail, return_inverse=True)[1].reshape(-1)
    return pairs * (relation.max(initial=0) + 1) + relation


def first_rows(facts: np.ndarray, num_entities: int) -> np.ndarray:
    """Rows, ascending, of the facts that repeat no earlier one.

    >>> first_rows(np.array([[0, 0, 1], [0, 0, 1], [1, 0, 0]]), 2).tolist()
    [0, 2]
    """
    return np.sort(np.unique(fact_keys(facts, num_entities), return_index=True)[1])


def _check_fractions(valid: float, test: float) -> None:
    if not (valid >= 0 and test >= 0 and valid + test < 1):
        raise DataError(
            "expected valid_fraction and test_fraction from 0 and together below 1, "
            f"got {valid} and {test}; lower them, so that facts remain to learn from"
        )


def _share(fraction: float, count: int) -> int:
    return max(1, round(fraction * count)) if fraction else 0


class _Units:
    """Pairs of entities with the relations of their facts, and how many units and facts are still observed."""

    def __init__(self, facts: np.ndarray, units: np.ndarray, num_entities: int):
        head, relation, tail = facts[np.argsort(units, kind="stable")].T
        self.sizes = np.bincount(units)
        self.count = len(self.sizes)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])
        first = self.starts[:-1]
        self.low, self.high = np.minimum(head, tail)[first], np.maximum(head, tail)[first]
        self.relation = relation
        # Units at each entity, where a pair of an entity with itself counts once.
        self.degree = np.bincount(self.low, minlength=num_entities)
        self.degree += np.bincount(self.high[self.low != self.high], minlength=num_entities)
        self.left = np.bincount(relation)

    def on_leaves(self) -> np.ndarray:
        """[units] bool: the only unit of one of its entities."""
        return (self.degree[self.low] < 2) | (self.degree[self.high] < 2)

    def hold_out(self, wanted: int, seed: int) -> list[int]:
        """Up to `wanted` units. One pass is enough: as facts are held out, a unit that was refused stays refused."""
        tried = np.flatnonzero(~self.on_leaves())
        order = generator("facts split", seed).permutation(tried) if wanted else tried[:0]
        degree, left = self.degree.tolist(), self.left.tolist()
        held: list[int] = []
        for block in range(0, len(order), _BLOCK):  # numbers of Python take ten times the memory of numpy's
            for unit, a, b, kinds in self._units(order[block : block + _BLOCK]):
                taken = Counter(kinds)
                if degree[a] < 2 or degree[b] < 2 or any(left[r] <= n for r, n in taken.items()):
                    continue
                for r, n in taken.items():
                    left[r] -= n
                degree[a] -= 1
                degree[b] -= a != b
                held.append(unit)
                if len(held) == wanted:
                    return held
        return held

    def _units(self, chosen: np.ndarray) -> Iterator[tuple[int, int, int, list[int]]]:
        """Of each of these units its number, its two entities, and the relations of its facts."""
        columns = (chosen, self.low[chosen], self.high[chosen], self.starts[chosen], self.starts[chosen + 1])
        for unit, a, b, start, end in zip(*(column.tolist() for column in columns), strict=True):
            yield unit, a, b, self.relation[start:end].tolist()

    def refusal(self) -> str:
        """The message for a graph of which nothing can be held out."""
        leaves = int(self.on_leaves().sum())
        others = self.count - leaves
        return (
            f"expected facts that can be held out, got {self.count} linked pairs of entities of which "
            f"none can go: {leaves} hold all the facts of an entity, the other {others} all the facts of "
            "a relation; add facts, or name files that hold the test (test = ...)"
        )
