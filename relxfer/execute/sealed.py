"""A data set with a sealed test. Only this module reads the answers of a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Adapter, Learner
from relxfer.errors import Incompatible, PluginError
from relxfer.execute.stored import reload
from relxfer.execute.stored.calibration import Probabilities, uncalibrated
from relxfer.judge.metrics.known_answers import Filter, known_answers
from relxfer.judge.reliability import Watch
from relxfer.plan.views import digest, same_data
from relxfer.seeding import generator
from relxfer.store import stored_names
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class Judgement:
    """The results of a learner on the test.

    results  per-query results by name, see `Task.judge`, in the order in which the queries were asked
    asked    [n] int: row in the test of each asked query
    test     the test without inputs and answers: items, groups and tags of its queries
    names    item -> its name, where this is not its number
    """

    results: Mapping[str, np.ndarray]
    asked: np.ndarray
    test: Examples
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def card(self) -> JsonObject:
        """What is stored beside the arrays: what the numbers of tags stand for, and the names of items."""
        return {"tags": self.tags, "items": self.names}

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Per-query results in the order of the test, with items, groups and tags, as they are stored."""
        order = np.argsort(self.asked)
        made = {name: array[order] for name, array in self.results.items()}
        made[stored_names.UNITS] = self.test.unit_ids()
        if self.test.groups is not None:
            made[stored_names.GROUPS] = self.test.groups
        if (questions := self.test.questions()) is not None:
            made[stored_names.QUESTIONS] = questions
        codes = {name: np.unique(values, return_inverse=True)[1] for name, values in self.test.tags.items()}
        return made | {stored_names.tag(name): code.reshape(-1) for name, code in codes.items()}

    @property
    def tags(self) -> dict[str, list[str]]:
        """Tag -> its values, of which the stored array has the numbers."""
        return {name: [str(value) for value in np.unique(values)] for name, values in self.test.tags.items()}


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

    def posed(self, pose: Callable[[Domain], Domain]) -> Sealed:
        """The data set with another of its tasks, which `pose` makes."""
        complete = pose(self._complete)
        return self if complete is self._complete else Sealed(complete, pose(self._whole))

    def opened(self) -> Domain:
        """All that the user has, observed: the answers of the test too, and inputs that were thinned.

        For the user's own questions after an experiment, and for a model that is trained on everything to answer them.
        Holding out is the experiment's business: nothing that is judged, and nothing that selects, may call this.
        """
        return self._whole.whole()

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
    def groups(self) -> int | None:
        """Number of groups of items in the test; None if there is no test, or it has no groups."""
        test = self._complete.test
        return None if test is None or test.groups is None else len(np.unique(test.groups))

    @cached_property
    def questions(self) -> int | None:
        """Number of distinct questions of the test; None if there is no test, or none is asked twice."""
        test = self._complete.test
        asked = None if test is None else test.questions()
        return None if asked is None else int(asked.max()) + 1

    @cached_property
    def only_answer(self) -> str | None:
        """The class of all queries of the test, where there is but one."""
        test, task = self._complete.test, self._complete.task
        if test is None or test.answers is None or not task.classes or task.open:
            return None
        there = np.unique(test.answers)
        return task.answers[there[0]] if len(there) == 1 else None

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

    def judge(self, learner: Learner, inputs: Any, calibrated: Probabilities | None = None) -> Judgement:
        """Ask a learner the queries of the test, and score its answers; there must be a test.

        inputs      those that the strategy saw: if answers are inputs, they exclude the ones beyond the label budget
        calibrated  from its scores to probabilities; None: they are not calibrated
        """
        test = self._complete.test
        assert test is not None
        # shuffled, because the order could reveal answers: the two queries of a link follow each other in the test
        order = generator("test queries").permutation(len(test))
        asked = replace(test.take(order), inputs=inputs)
        task, known = self.domain.task, self._whole.known()
        # to validation queries the answers of the test are unknown, so to those of the test the ones of validation
        # compete too: probabilities that were fitted to the one are then asked for the other in the same way
        competes = self._whole.val
        sides = [of for of in known if of is not competes], [of for of in known if of is competes]
        watch = Watch(task, asked, sides[0], uncalibrated(task), calibrated, sides[1])
        results = _fitting(task.judge(watch.passed(learner.predict(asked.hidden())), asked, known), asked)
        results = {**results, **watch.arrays}
        return Judgement(results, order, replace(test, inputs=None, answers=None), self._names(test))

    def kinds(self) -> list[str]:
        """[n] of which kind each query of the test is, by name; there must be a test."""
        assert self._complete.test is not None
        kinds, place = np.unique(self.domain.query_kinds(self._complete.test.queries), return_inverse=True)
        names = list(map(str, self.domain.name_kinds(kinds)))
        return [names[at] for at in place.reshape(-1).tolist()]

    def test_queries(self, rows: np.ndarray) -> Examples:
        """These queries of the test ([m] int) without their answers; the inputs are the caller's to give."""
        assert self._complete.test is not None
        return replace(self._complete.test.take(rows).hidden(), inputs=None)

    def asked(self, rows: np.ndarray) -> list[tuple[dict[str, str], str]]:
        """These queries of the test ([m] int) by name, column -> name, and their answers in words.

        For the mistakes of a finished run: nothing that trains or selects may call it.
        """
        test = self._complete.test
        assert test is not None
        columns = self.domain.name_queries(test.queries[rows])
        queries = [dict(zip(columns, map(str, line), strict=True)) for line in zip(*columns.values(), strict=True)]
        return list(zip(queries, self.domain.task.worded(np.asarray(test.answers)[rows]), strict=True))

    def _names(self, test: Examples) -> dict[str, str]:
        """Item -> its name, where the data set has other names than numbers.

        Raises:
            Incompatible: it has not a name for each.
        """
        units = np.unique(test.unit_ids())
        names = list(map(str, self.domain.name_items(units)))
        if len(names) != len(units):
            raise Incompatible(f"names of {len(units)} items", str(len(names)), "correct name_items of the data set")
        return {str(unit): name for unit, name in zip(units.tolist(), names, strict=True) if name != str(unit)}

    def check_reloaded(self, judged: Learner, stored: Callable[[], Learner], shown: Domain) -> None:
        """Check that a stored model predicts as the judged learner, on a few queries of the test if there is one.

        stored  loads and attaches it
        shown   the target as the strategy saw it

        Raises:
            PluginError: it does not.
        """
        reload.check(judged, stored, shown, self._complete.test)


def known_to(seen: Domain, asked: Examples) -> Filter | None:
    """The known answers to these queries, which are not to be predicted again; None if the task is not ranking.

    seen  the target as whoever answers sees it: opened, or without its held-out splits
    """
    known = seen.known()
    return known_answers(asked.queries, known) if seen.task.open and known else None


def _fitting(results: Mapping[str, np.ndarray], asked: Examples) -> Mapping[str, np.ndarray]:
    """What the judge of a task returned, after a check.

    Raises:
        PluginError: an array has not a row for each query, or the name of one that is stored beside them.
    """
    for name, array in results.items():
        taken, shape = stored_names.taken(name), list(np.shape(array))
        if taken or shape[:1] != [len(asked)]:
            got = "a name that is taken" if taken else f"shape {shape}"
            raise PluginError(
                f"expected the judge of a task to return arrays with a row for each of {len(asked)} queries, got for "
                f"{name!r} {got}; correct the task"
            )
    return results
