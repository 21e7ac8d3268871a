"""Tasks: which head fits which, what is checked of scores, and what a kind of its own gets without more."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from relxfer import Classification, Domain, Examples, LinkPrediction, MultiLabel, Ranking, Regression, Task
from relxfer.contract.tasks import Predictions, checked, numbers
from relxfer.errors import Incompatible, RelxferError, UnfitArtefact

ASKED = Examples(None, np.arange(3), np.array([0.0, 1.0, 2.0]))
TASK = Classification(("cat", "dog"))
TASKS = [TASK, Ranking(("a",), open=True, candidates="entities"), LinkPrediction(), Regression(("x",)), MultiLabel()]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.kind)
def test_a_task_is_read_from_its_card(task):
    assert Task.from_card(task.card()).same_as(task)
    assert task.same_as(Task.from_card(task.card()))


@pytest.mark.parametrize(
    "card",
    [None, 3, {}, {"kind": 3}, {"kind": "x", "answers": "cats"}, {"kind": "x", "answers": [1]},
     {"kind": "x", "candidates": []}, {"kind": "x", "answers": ["a"] * 100_001}],
)  # fmt: skip
def test_what_is_no_card_of_a_task_is_told(card):
    with pytest.raises(UnfitArtefact, match="name another checkpoint"):
        Task.from_card(card)


def test_tasks_are_told_apart_by_kind_and_answers():
    assert not TASK.same_as(Task("clustering", TASK.answers))
    assert TASK.same_as(Classification(TASK.answers[::-1])), "their order is of no account"
    assert not TASK.same_as(Classification((*TASK.answers, "yak")))
    assert Ranking(("a",), open=True).same_as(Ranking(("b",), open=True))
    assert not Ranking(("a",), open=True).same_as(Ranking(("a",)))


def test_who_answers_with_entities_does_not_answer_with_relations():
    def of(candidates: str) -> Task:
        return Ranking(("a", "b"), open=True, candidates=candidates)

    assert of("entities").same_as(of("entities"))
    assert not of("entities").same_as(of("relations"))
    assert not of("entities").same_as(of("nodes of the other graph"))
    assert Task.from_card(of("relations").card()).candidates == "relations"


@dataclass(frozen=True)
class Own(Task):
    """A kind with the least that is possible."""

    kind: str = field(default="own", init=False)


def test_scores_of_a_kind_of_its_own_are_stored_beside_the_answers():
    made = Own(("x",)).judge([np.zeros((2, 1)), np.ones((1, 1))], ASKED, [])
    assert {name: array.tolist() for name, array in made.items()} == {
        "scores": [[0.0], [0.0], [1.0]],
        "answers": [0.0, 1.0, 2.0],
    }
    assert isinstance(Own.results(made), Predictions)
    assert Own(("x",)).width == 1
    assert Own(("x",)).shown(made["scores"]) is made["scores"]
    assert Own(("x",)).strata(made["answers"]) is None
    assert Own(("x",)).decoded(np.ones((1, 1)), np.array([[3.0], [2.0]])).tolist() == [[5.0]]


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("problem", lambda task: task.problem(ASKED.answers)),
        ("loss", lambda task: task.loss(None, None)),
        ("merit", lambda task: task.merit(None)),
    ],
)
def test_what_a_kind_does_not_have_is_told(method, call):
    with pytest.raises(RelxferError, match=rf"expected the kind of task 'own' to have {method}, got Own without"):
        call(Own())


def test_a_kind_is_not_made_of_another_unless_it_says_how():
    with pytest.raises(Incompatible, match="a data set with the task 'own', got classification"):
        Own().posed(Domain("d", TASK))


def test_blocks_come_with_their_rows():
    blocks = [np.zeros((2, 4)), np.zeros((1, 4))]
    assert [rows for _, rows in checked(blocks, 3, 4)] == [slice(0, 2), slice(2, 3)]
    with pytest.raises(Incompatible, match="expected scores for 4 queries, got 3"):
        list(checked(blocks, 4, 4))
    with pytest.raises(
        Incompatible, match=r"expected scores \[b, 3\], a column for each answer of the task, got \[2, 4\]"
    ):
        list(checked(blocks, 3, 3))


def test_nan_is_an_error_that_names_the_row():
    assert numbers(np.array([[np.inf, 0.0]])).tolist() == [[np.inf, 0.0]]
    with pytest.raises(RelxferError, match="NaN in query row 1; did training diverge"):
        numbers(np.array([[0.0, 1.0], [np.nan, 1.0]]))


def test_no_queries_have_no_scores():
    assert Own(("x", "y")).judge([], ASKED.take(np.arange(0)), [])["scores"].shape == (0, 2)
