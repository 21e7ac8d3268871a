"""A data set with a sealed test. Only this module reads the answers of a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Adapter, Learner
from relxfer.execute.stored import reload
from relxfer.judge.ranking import Filter
from relxfer.judge.scoring import Scored, judge
from relxfer.plan.views import digest, same_data
from relxfer.seeding import generator
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class Judgement:
    """The results of a learner on the test.

    scored  in the order in which the queries were asked
    asked   row in the test of each asked query
    units   unit of each query, in the order of the test
    """

    scored: Scored
    asked: np.ndarray  # [n] int
    units: np.ndarray  # [n] int

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Per-query results in the order of the test, and the units, as they are stored."""
        order = np.argsort(self.asked)
        return {**{name: array[order] for name, array in self.scored.arrays().items()}, "units": self.units}


class Sealed:
    """A data set whose test only this object can read.

    domain  the data set without its test
    """

    def __init__(self, complete: Domain, whole: Domain | None = None):
        """Seal a domain.

        complete  the domain with its test
        whole     the domain before its inputs were thinned: facts that were left out are still true, so they remain
                  known answers
        """
        self._complete, self._whole = complete, complete if whole is None else whole
        self.domain = replace(complete, test=None)

    def observed(self, fraction: float | None) -> Sealed:
        """The data set with this fraction of its observed inputs; None leaves all of them."""
        return self if fraction is None else Sealed(self._complete.observe(fraction), self._whole)

    def clustering(self) -> Sealed:
        """The data set without labels, for clustering."""
        return Sealed(self._complete.clustering(), self._whole)

    @property
    def count(self) -> int:
        """Number of test queries; 0 if there is no test or it has no answers."""
        test = self._complete.test
        return 0 if test is None or test.answers is None else len(test)

    @cached_property
    def size(self) -> tuple[int, int] | None:
        """Number of queries and of units of the test; None if there is no test."""
        test = self._complete.test
        return None if test is None else (len(test), len(np.unique(test.unit_ids())))

    @cached_property
    def digests(self) -> list[JsonObject]:
        """Digests for a fingerprint: of the complete data set, and of the one before its inputs were thinned."""
        own = digest(self._complete)
        return [own, own if self._whole is self._complete else digest(self._whole)]

    def same_data(self, other: Sealed) -> bool:
        """Whether the two have the same inputs, task and answers, however they are split."""
        return same_data(self._complete, other._complete)

    def audit(self, adapter: Adapter) -> dict[str, int]:
        """Counts of what the inputs reveal about the test, by kind; empty if the adapter has no `audit`."""
        return dict(adapter.audit(self._complete)) if hasattr(adapter, "audit") else {}

    def judge(self, learner: Learner, inputs: Any) -> Judgement:
        """Ask a learner the queries of the test, and score its answers; there must be a test.

        inputs  those that the strategy saw: if answers are inputs, they exclude the ones beyond the label budget
        """
        test = self._complete.test
        assert test is not None
        # shuffled, because the order could reveal answers: the two queries of a link follow each other in the test
        order = generator("test queries").permutation(len(test))
        asked = replace(test.take(order), inputs=inputs)
        scored = judge(self.domain.task, learner.predict(asked.hidden()), asked, self._whole.known())
        return Judgement(scored, order, test.unit_ids())

    def check_reloaded(self, judged: Learner, stored: Callable[[], Learner], shown: Domain) -> None:
        """Check that a stored model predicts as the judged learner, on a few queries of the test if there is one.

        stored  loads and attaches it
        shown   the target as the strategy saw it

        Raises:
            PluginError: it does not.
        """
        reload.check(judged, stored, shown, self._complete.test)

    def known_to(self, asked: Examples) -> Filter | None:
        """The known answers to these queries, from all splits, for filtered ranks; None if the task is not ranking."""
        known = self._whole.known()
        if not self.domain.task.open or not known:
            return None
        queries = np.concatenate([examples.queries for examples in known])
        return Filter.build(asked.queries, queries, np.concatenate([np.asarray(e.answers) for e in known]))
