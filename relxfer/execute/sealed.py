"""A data set with its test under seal. Here alone the answers of a test are read; everybody else asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Adapter, Learner
from relxfer.judge.ranking import Filter
from relxfer.judge.scoring import Scored, judge
from relxfer.plan.views import digest, same_data
from relxfer.seeding import generator
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class Judgement:
    """What a learner scored on the test: `scored` is in the order in which the queries were asked."""

    scored: Scored
    asked: np.ndarray  # [n] int: the row in the test of each query
    units: np.ndarray  # [n] int, in the order of the test

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Per-query results in the order of the test, and the units, as they are stored."""
        back = np.argsort(self.asked)
        return {**{name: array[back] for name, array in self.scored.arrays().items()}, "units": self.units}


class Sealed:
    """A data set as a target or a source has it.

    domain  without its test, which nobody but this object holds
    """

    def __init__(self, complete: Domain, whole: Domain | None = None):
        """`whole`: the domain before its inputs were thinned, for what was left out of them is still true."""
        self._complete, self._whole = complete, complete if whole is None else whole
        self.domain = replace(complete, test=None)

    def observed(self, fraction: float | None) -> Sealed:
        """With its observed inputs thinned to this fraction."""
        return self if fraction is None else Sealed(self._complete.observe(fraction), self._whole)

    def clustering(self) -> Sealed:
        """Without any label, for its classes are to be found."""
        return Sealed(self._complete.clustering(), self._whole)

    @property
    def count(self) -> int:
        """Test queries; 0 where there is no test, or nobody knows its answers."""
        test = self._complete.test
        return 0 if test is None or test.answers is None else len(test)

    @cached_property
    def size(self) -> tuple[int, int] | None:
        """Queries and units of the test; None where there is none."""
        test = self._complete.test
        return None if test is None else (len(test), len(np.unique(test.unit_ids())))

    @cached_property
    def digests(self) -> list[JsonObject]:
        """For a fingerprint: what is tested, and all that was known before the inputs were thinned."""
        own = digest(self._complete)
        return [own, own if self._whole is self._complete else digest(self._whole)]

    def same_data(self, other: Sealed) -> bool:
        """Whether the two have the same inputs, task and answers, however they are split."""
        return same_data(self._complete, other._complete)

    def audit(self, adapter: Adapter) -> dict[str, int]:
        """What the inputs give away of the test, as the adapter counts it; nothing where it counts nothing."""
        return dict(adapter.audit(self._complete)) if hasattr(adapter, "audit") else {}

    def judge(self, learner: Learner, inputs: Any) -> Judgement:
        """Put the queries of the test to a learner, and judge what it answers; there must be a test.

        inputs  as the strategy saw them: where an answer is an input, those beyond the label budget are not there
        """
        test = self._complete.test
        assert test is not None
        # in an order that says nothing: side by side, the two queries of a link would answer each other
        order = generator("test queries").permutation(len(test))
        asked = replace(test.take(order), inputs=inputs)
        scored = judge(self.domain.task, learner.predict(asked.hidden()), asked, self._whole.known())
        return Judgement(scored, order, test.unit_ids())

    def known_to(self, asked: Examples) -> Filter | None:
        """The answers to these queries that are known from any split; None where nothing is ranked."""
        known = self._whole.known()
        if not self.domain.task.open or not known:
            return None
        queries = np.concatenate([examples.queries for examples in known])
        return Filter.build(asked.queries, queries, np.concatenate([np.asarray(e.answers) for e in known]))
