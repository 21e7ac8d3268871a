"""Classes over several runs: means, the confusion matrix, and what is kept of very many."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.breakdowns import Breakdown, Part
from relxfer.judge.metrics.classification import Classes, Classification
from relxfer.judge.metrics.clustering import Clustering
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.ranking import RankedBy, Ranking, Ranks
from relxfer.judge.metrics.regression import Regression
from relxfer.results.details import by_part
from relxfer.results.details.records import Confused

TASK = Classification(("cat", "dog", "bee"))
ANSWERS = np.array([0, 0, 1, 1, 1])


def run(*predicted):
    return TASK.broken_down(Classes(np.eye(3)[list(predicted)], ANSWERS), [])


def test_measures_and_confusion_are_means_over_runs():
    made = by_part.pooled([run(0, 0, 1, 1, 0), run(0, 1, 1, 1, 1)])
    cat, dog, bee = made.parts
    assert (made.by, cat.n, dog.n, bee.n, made.left_out) == ("class", 2, 3, 0, 0)
    assert cat.measures["recall"] == pytest.approx((1 + 1 / 2) / 2)
    assert cat.measures["precision"] == pytest.approx((2 / 3 + 1) / 2)
    assert dog.measures["F1"] == pytest.approx((4 / 5 + 6 / 7) / 2)
    assert bee.measures == {"precision": None, "recall": None, "F1": None}
    assert made.confusion == ((1.5, 0.5, 0.0), (0.5, 2.5, 0.0), (0.0, 0.0, 0.0))
    assert made.confused == (Confused("cat", "dog", 0.5), Confused("dog", "cat", 0.5))


def test_a_measure_is_the_mean_over_the_runs_that_have_it():
    made = by_part.pooled([run(0, 0, 1, 1, 2), run(0, 0, 1, 1, 1)])
    assert made.parts[2].measures["precision"] == 0.0, "the second run never predicts it"


def test_of_very_many_parts_the_largest_are_kept_in_order():
    count = by_part.MOST_PARTS + 3
    parts = tuple(Part(str(number), number % 50, {"mae": 1.0}) for number in range(count))
    made = by_part.pooled([Breakdown("class", parts, np.eye(count))])
    assert (len(made.parts), made.left_out, made.confusion) == (by_part.MOST_PARTS, 3, ())
    assert [int(part.name) for part in made.parts] == sorted(int(part.name) for part in made.parts)
    assert not {"100", "150", "200"} & {part.name for part in made.parts}, "those without queries are left out"


def test_clusters_are_named_by_the_classes_that_they_match():
    scores = np.eye(2)[[1, 1, 0, 0]]
    results = Clustering.results({"scores": scores, "answers": np.array([0, 0, 1, 1])})
    made = Clustering(("cat", "dog")).broken_down(results, [])
    assert made.confusion.tolist() == [[2, 0], [0, 2]]


def test_labels_numbers_and_relations_have_parts_of_their_own():
    labels = MultiLabel(("red", "round"))
    made = labels.broken_down(labels.results({"scores": np.array([[1.0, -1], [1, 1]]), "answers": np.eye(2)}), [])
    assert [(part.name, part.n, part.measures["precision"]) for part in made.parts] == [
        ("red", 1, 0.5),
        ("round", 1, 1.0),
    ]
    ages = Regression(("age",))
    results = ages.results({"scores": np.arange(8.0)[:, None] + 1, "answers": np.arange(8.0)})
    made = ages.broken_down(results, [])
    assert [part.name for part in made.parts] == ["0 to 1", "2 to 3", "4 to 5", "6 to 7"]
    assert {part.measures["mean error"] for part in made.parts} == {1.0}
    rank = np.array([1, 2, 4])
    ranked = RankedBy(Ranks(rank, rank, rank, rank * 0 + 9))
    made = Ranking(("a",)).broken_down(ranked, ["r: tail", "r: head", "r: tail"])
    assert [(part.name, part.n, part.measures["MRR"]) for part in made.parts] == [
        ("r: head", 1, 0.5),
        ("r: tail", 2, 0.625),
    ]
    assert Ranking(("a",)).broken_down(ranked, ["same"] * 3) is None
