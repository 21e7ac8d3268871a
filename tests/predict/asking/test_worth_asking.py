"""Where everything is asked, what has an answer at all comes first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.judge.metrics.ranking import Ranking
from relxfer.predict import predictions
from relxfer.predict.asking import worth_asking
from relxfer.predict.chosen import ChosenRow, Member
from relxfer.predict.scores import Best

NAMES = ("ann", "bob", "rome")


@dataclass(frozen=True)
class People(Domain):
    """Every name is asked for by a question without columns of names; rome has no answer."""

    def ask(self, question):
        return Examples("inputs", np.stack([np.arange(3), np.zeros(3, int)], 1))

    def answerable(self, queries):
        return np.array([0.5, 0.9, 0.01])[queries[:, 0]]


class Says:
    def predict(self, examples):
        yield np.log(np.array([[0.1, 0.1, 0.8], [0.2, 0.3, 0.5], [0.96, 0.02, 0.02]]))[examples.queries[:, 0]]


def chosen() -> ChosenRow:
    domain = People("d", Ranking(NAMES, open=True), "inputs", "sha")
    return ChosenRow("it", (Member(Says()),), domain, "id")  # type: ignore[arg-type]


def test_what_has_an_answer_comes_first():
    told = predictions.predict(chosen(), {"relation": ["lives in"]}, 2)
    assert list(told) == ["query", "answer", "rank", "probability"]
    assert told["query"] == ["1/0", "0/0", "1/0", "0/0", "2/0", "2/0"]
    assert told["answer"] == ["rome", "rome", "bob", "ann", "ann", "bob"]
    assert told["rank"] == [1, 1, 2, 2, 1, 2]
    assert told["probability"] == pytest.approx([0.45, 0.4, 0.27, 0.05, 0.0096, 0.0002])


def test_questions_that_were_asked_one_by_one_stay_in_their_order():
    made = chosen()
    asked = made.domain.ask({})
    told = predictions.answers(made, asked, 1).table()
    assert told["query"] == ["0/0", "1/0", "2/0"]


def test_what_stands_beside_answers_goes_with_them():
    found = [
        Best(np.array([[1, 0]]), np.array([[0.5, 0.4]]), np.array([[1, 2]]), {"size": np.array([[7]])}),
        Best(np.array([[2, -1]]), np.array([[0.9, np.nan]]), np.array([[1, 2]]), {"size": np.array([[8]])}),
    ]
    rows, ordered = worth_asking.ordered(found, np.array([1.0, 0.5]))
    (block,) = ordered
    assert rows.tolist() == [0, 1, 0]
    assert block.answers.tolist() == [[1], [2], [0]]
    assert block.scores.ravel().tolist() == [0.5, 0.45, 0.4]
    assert block.beside["size"].ravel().tolist() == [7, 8, 7]


def test_nothing_asked_is_nothing_answered():
    rows, ordered = worth_asking.ordered([], np.zeros(0))
    assert (len(rows), list(ordered)) == (0, [])
