"""Stored results of test queries, and the values that metrics have for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

import numpy as np

from relxfer.judge import reliability
from relxfer.judge.scoring import Measured, Scorer
from relxfer.results.details.evaluations import Evaluations
from relxfer.store import stored_names
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class Evaluated:
    """The n test queries of one evaluation.

    measured  the metrics
    units     [n] int: the item of each query
    groups    [n] int: its group; None if the data set has none
    questions [n] int: its question; None if no two items ask the same one
    tags      name -> [n] values of each query
    names     item -> its name; without it, its number
    """

    measured: Measured
    units: np.ndarray
    groups: np.ndarray | None = None
    questions: np.ndarray | None = None
    tags: Mapping[str, np.ndarray] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    def name(self, unit: int) -> str:
        """The name of an item."""
        return self.names.get(unit, str(unit))

    @property
    def resampled(self) -> str:
        """What is resampled together, in one word."""
        return "items" if self.groups is None else "groups"

    @property
    def clusters(self) -> np.ndarray:
        """[n] int: what varies together: groups, or items where there are none."""
        return self.units if self.groups is None else self.groups

    @property
    def factors(self) -> list[np.ndarray]:
        """What makes queries alike, [n] int each: groups or items, and questions where items share some."""
        return [self.clusters] if self.questions is None else [self.clusters, self.questions]


#: Returns an evaluation by its id.
Values: TypeAlias = Callable[[str], Evaluated]


def stored_values(store: Store, ties: str, scorer: Scorer, evaluations: Evaluations | None = None) -> Values:
    """A function from an id to the evaluation, with metrics under a rule for ties; each is measured once.

    evaluations  reads them; None: a reader of its own
    """
    reader = evaluations or Evaluations(store)

    @cache
    def values(evaluation: str) -> Evaluated:
        arrays, card = reader.read(evaluation)
        units, groups = arrays.pop(stored_names.UNITS), arrays.pop(stored_names.GROUPS, None)
        questions = arrays.pop(stored_names.QUESTIONS, None)
        codes = {tag: arrays.pop(name) for tag, name in stored_names.tags(list(arrays)).items()}
        reliability.taken_from(arrays)
        tags = {name: np.array(card["tags"][name])[code] for name, code in codes.items()}
        named = {int(unit): str(name) for unit, name in card.get("items", {}).items()}
        return Evaluated(scorer.measure(card["kind"], arrays, ties), units, groups, questions, tags, named)

    return values
