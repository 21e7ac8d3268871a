"""The worst mistakes over several runs."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from relxfer.judge.metrics.classification import Classes, Classification
from relxfer.judge.metrics.ranking import RankedBy, Ranking, Ranks
from relxfer.judge.metrics.regression import Regression, Values
from relxfer.judge.reliability import Confident
from relxfer.judge.scoring import Measured
from relxfer.results.details import mistakes
from relxfer.results.details.stored_runs import StoredRun
from relxfer.results.values import Evaluated

TASK = Classification(("cat", "dog", "bee"))


def test_of(answers):
    return SimpleNamespace(asked=lambda rows: [({"file": f"{row}.png"}, answers[row]) for row in rows.tolist()])


test_of.__test__ = False


def stored(results, confident=None):
    return StoredRun(results, confident, np.arange(3))


OF = Evaluated(Measured(), np.arange(3), names={0: "first"})


def test_the_surest_wrong_answers_come_first_and_say_what_most_wrong_runs_predicted():
    answers = np.array([0, 1, 2])
    logits = [
        np.array([[0.0, 3, 0], [0, 2, 0], [0, 1, 0]]),
        np.array([[0.0, 0, 5], [0, 2, 0], [0, 0, 1]]),
        np.array([[0.0, 3, 0], [0, 2, 0], [0, 0, 1]]),
    ]
    shown = [np.array([p, 0.9, 0.5]) for p in (0.8, 0.99, 0.6)]
    runs = [stored(Classes(s, answers), Confident(p, p > 0)) for s, p in zip(logits, shown, strict=True)]
    first, second = mistakes.worst(TASK, runs, OF, test_of(["cat", "dog", "bee"]))
    assert (first.query, first.item, first.answer, first.predicted) == ({"file": "0.png"}, "first", "cat", "dog")
    assert (first.wrong, first.probability, first.rank) == (3, 0.7, None)
    assert (second.item, second.predicted, second.wrong) == ("2", "dog", 1)
    assert len(mistakes.worst(TASK, runs, OF, test_of(["cat", "dog", "bee"]), most=1)) == 1


def test_an_open_task_says_its_best_candidate_where_that_is_stored():
    task, rank = Ranking(("Rome", "Oslo"), open=True), np.array([1, 2, 2])
    results = RankedBy(Ranks(rank, rank, rank, rank))
    best = Confident(rank / 9, rank == 1, None, np.array([0, 1, 0], np.int32), np.array([0.5, 0.6, 0.7], np.float32))
    made = mistakes.worst(task, [stored(results, best)], OF, test_of(["Rome", "Rome", "Oslo"]))
    assert [(each.item, each.rank, each.predicted, round(each.probability, 3)) for each in made] == [
        ("1", 2.0, "Oslo", 0.6), ("2", 2.0, "Rome", 0.7),
    ]  # fmt: skip
    older = mistakes.worst(task, [stored(results)], OF, test_of(["Rome", "Rome", "Oslo"]))
    assert [(each.predicted, each.probability) for each in older] == [("", None)] * 2


def test_numbers_are_the_means_of_runs():
    task, answers = Regression(("age",)), np.array([[1.0], [2.0], [9.0]])
    runs = [stored(Values(np.array([[1.0], [2.0], [by]]), answers)) for by in (3.0, 5.0)]
    first = mistakes.worst(task, runs, OF, test_of(["1", "2", "9"]))[0]
    assert (first.item, first.answer, first.predicted, first.wrong) == ("2", "9", "4", None)


def test_nothing_wrong_is_no_mistake():
    right = stored(Classes(np.eye(3), np.arange(3)))
    assert mistakes.worst(TASK, [right], OF, test_of(["cat", "dog", "bee"])) == ()
