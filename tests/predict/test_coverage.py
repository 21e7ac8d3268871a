"""Sets and intervals as predictions give them: what is in them, their size, and when to abstain."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.errors import UsageError
from relxfer.judge.conformal import Conformity, measured
from relxfer.judge.metrics.classification import Classification, softmax
from relxfer.judge.metrics.ranking import Ranking
from relxfer.judge.metrics.regression import Regression
from relxfer.predict import coverage
from relxfer.predict.chosen import ChosenRow, Member
from relxfer.predict.predictions import answers

CLASSES = Classification(("a", "b", "c"))


class Says:
    """A learner whose scores are those of a table, by the query."""

    def __init__(self, table):
        self.table = np.asarray(table, float)

    def predict(self, examples):
        yield from np.array_split(self.table[examples.queries.reshape(len(examples), -1)[:, 0]], 2)


def row(task, table, conformity, calibrated=None, train=None) -> ChosenRow:
    member = Member(Says(table), calibrated, conformity)  # type: ignore[arg-type]
    return ChosenRow("it", (member,), Domain("d", task, "inputs", "sha", train=train), "id")


def drawn(seed, count, sharp=2.0):
    """Scores of three classes, and answers as their softmax says."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, sharp, (count, 3))
    return scores, (softmax(scores).cumsum(1) < rng.random((count, 1))).sum(1)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_sets_cover_as_often_as_they_say(level):
    known, right = drawn(0, 3000)
    scores, expected = drawn(1, 3000)
    val = Examples(None, np.arange(3000), right)
    made = row(CLASSES, scores, measured(CLASSES, softmax(known), val, np.zeros(3000, int)))
    found = list(coverage.best(made, Examples("inputs", np.arange(3000)), 3, True, level))
    sets = np.concatenate([np.where(of.beside["set_size"] > 0, of.answers, -1) for of in found])
    sizes = np.concatenate([of.beside["set_size"][:, 0] for of in found])
    inside = (sets == expected[:, None]).any(1)
    for answer in range(3):
        assert inside[expected == answer].mean() == pytest.approx(level, abs=0.04), "for every class"
    assert np.array_equal((sets >= 0).sum(1), sizes)


def of_certain(count=99) -> Conformity:
    """As if the right answer always had a probability from .5 to 1."""
    return Conformity(-np.log(np.linspace(0.5, 1, count)), np.zeros(count, int), np.arange(count))


def test_an_answer_no_answer_and_too_many():
    table = np.log([[0.9, 0.06, 0.04], [0.34, 0.33, 0.33], [0.5, 0.495, 0.005]])
    made = row(CLASSES, table, of_certain())
    told = answers(made, Examples("inputs", np.arange(3)), 3, level=0.9).table()
    assert told["answer"] == ["a", "a", "a"]
    assert told["set_size"] == [1, 0, 0]
    assert told["abstain"] == ["", coverage.NONE_FITS, coverage.NONE_FITS]
    every = row(CLASSES, table, Conformity(np.linspace(0, 50, 99), np.zeros(99, int), np.arange(99)))
    told = answers(every, Examples("inputs", np.arange(1)), 2, level=0.9).table()
    assert told["answer"] == ["a", "b"], "as many as are asked for"
    assert told["rank"] == [1, 2]
    assert told["set_size"] == [3, 3]
    assert told["abstain"] == [coverage.TOO_MANY] * 2


def test_known_answers_are_in_no_set_and_do_not_compete():
    task = Ranking(("x", "y", "z"), open=True)
    known = Examples("inputs", np.array([[0, 0]]), np.array([0]))
    made = row(task, np.log([[0.9, 0.09, 0.01]]), of_certain(), softmax, train=known)
    asked = Examples("inputs", np.array([[0, 0]]))
    told = answers(made, asked, 3, level=0.9).table()
    assert told["answer"] == ["y"]
    assert told["probability"] == [pytest.approx(0.9)]
    assert answers(made, asked, 3, keep_known=True, level=0.9).table()["answer"] == ["x"]


def test_several_models_say_a_set_together():
    one, other = np.log([[0.98, 0.01, 0.01]]), np.log([[0.01, 0.98, 0.01]])
    members = tuple(Member(Says(table), None, of_certain()) for table in (one, other))  # type: ignore[arg-type]
    made = ChosenRow("it", members, Domain("d", CLASSES, "inputs", "sha"), "id")
    told = answers(made, Examples("inputs", np.arange(1)), 3, level=0.8).table()
    assert told["set_size"] == [2, 2], "p of each is the mean of about 1 and 0.01"
    assert sorted(map(str, told["answer"])) == ["a", "b"]


def test_intervals_of_numbers():
    errors = np.arange(1.0, 20.0)
    task = Regression(("x",))
    made = row(task, [[10.0], [20.0]], Conformity(errors, np.zeros(19, int), np.arange(19)))
    told = answers(made, Examples("inputs", np.arange(2)), 1, level=0.9).table()
    assert list(told) == ["query", "answer", "value", "low", "high"]
    assert told["low"] == [-8.0, 2.0]
    assert told["high"] == [28.0, 38.0]


@pytest.mark.parametrize("conformity", [None, of_certain(8)])
def test_too_few_validation_labels_are_told(conformity):
    made = row(CLASSES, np.zeros((1, 3)), conformity)
    got = 0 if conformity is None else 8
    with pytest.raises(UsageError, match=f"expected at least 9 validation labels .* for --coverage 0.9, got {got}"):
        coverage.best(made, Examples("inputs", np.arange(1)), 3, False, 0.9)


def test_the_table_is_written_in_every_format(tmp_path):
    import json

    pytest.importorskip("pyarrow", reason="needs pyarrow")
    import pyarrow.parquet as pq

    table: Any = np.log([[0.9, 0.06, 0.04], [0.34, 0.33, 0.33]])
    for suffix in (".tsv", ".json", ".parquet"):
        made = answers(row(CLASSES, table, of_certain()), Examples("inputs", np.arange(2)), 3, level=0.9)
        assert made.write(tmp_path / f"a{suffix}") == 2
    lines = (tmp_path / "a.tsv").read_text().splitlines()
    assert lines[0].split("\t") == ["query", "answer", "rank", "probability", "set_size", "abstain"]
    assert json.loads((tmp_path / "a.json").read_text())[1]["abstain"] == coverage.NONE_FITS
    assert pq.read_table(tmp_path / "a.parquet").column("set_size").to_pylist() == [1, 0]


def test_the_columns_are_those_of_the_task():
    of = [SimpleNamespace(domain=SimpleNamespace(task=task)) for task in (CLASSES, Regression(("x",)))]
    assert [coverage.columns(each) for each in of] == [coverage.OF_SETS, coverage.OF_INTERVALS]  # type: ignore[arg-type]
