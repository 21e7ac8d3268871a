"""Answers of source and target meet by their names, whatever their order."""

from __future__ import annotations

import numpy as np

from relxfer import Classification, Domain, Examples, MultiLabel, Ranking, Regression
from relxfer.plan.answer_names import called, ordered_as, unanswered


def domain(task, answers) -> Domain:
    rows = np.arange(len(answers))
    return Domain("d", task, train=Examples("x", rows, answers), test=Examples("x", rows, answers[::-1]))


def test_classes_are_numbered_as_in_the_task_with_the_same():
    own = domain(Classification(("a", "b", "c")), np.array([0, 1, 2, 2]))
    made = ordered_as(own, [Classification(("a", "b")), Classification(("c", "a", "b"))])
    assert [made.task.answers[answer] for answer in made.train.answers] == ["a", "b", "c", "c"]
    assert made.test.answers.tolist() == [0, 0, 2, 1]
    assert ordered_as(made, [own.task]).train.answers.tolist() == own.train.answers.tolist()


def test_other_answers_stay_as_they_are():
    own = domain(Classification(("a", "b")), np.array([0, 1]))
    assert ordered_as(own, [Classification(("a", "c")), MultiLabel(("b", "a"))]) is own
    assert ordered_as(own, []) is own
    graph = domain(Ranking(("a", "b"), open=True), np.array([0, 1]))
    assert ordered_as(graph, [Ranking(("b", "a"), open=True)]) is graph, "candidates come with the inputs"


def test_numbers_and_labels_move_with_their_column():
    numbers = domain(Regression(("income", "age")), np.array([[1.5, 30], [2.5, 40]]))
    assert ordered_as(numbers, [Regression(("age", "income"))]).train.answers.tolist() == [[30, 1.5], [40, 2.5]]
    labels = domain(MultiLabel(("x", "y", "z")), np.array([[1, 0, 1]]))
    assert ordered_as(labels, [MultiLabel(("z", "x", "y"))]).train.answers.tolist() == [[1, 1, 0]]


def test_other_names_for_the_same():
    own = domain(Classification(("cat", "dog")), np.array([0, 1]))
    assert called(own, {"cat": "chat", "cow": "vache"}).task.answers == ("chat", "dog")
    assert called(own, {}) is own


def test_a_domain_of_whose_answers_nothing_is_known():
    assert unanswered(Domain("d", Classification(())))
    assert not unanswered(Domain("d", Classification(("a",))))
    assert not unanswered(Domain("d", Ranking((), open=True)))
