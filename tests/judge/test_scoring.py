"""Metrics of plugins: which ones judge a kind, what they may return, and what is said where they fail."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from relxfer import Metric, Task, TaskKind, hookimpl
from relxfer.contract.data import Examples
from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.errors import Incompatible, PluginError, RelxferError, UnknownName
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.ranking import Ranking
from relxfer.judge.scoring import Measured, Scorer, deciding
from relxfer.plugins.finder import Plugins

ASKED = Examples(None, np.array([[0, 0], [1, 0]]), np.array([0, 2]))
ARRAYS = {"scores": np.eye(3)[[0, 1]], "answers": np.array([0, 2])}


def module(**functions) -> ModuleType:
    """A plugin that offers these functions as metrics of classification."""
    made = ModuleType("measures")

    @hookimpl
    def relxfer_metrics():
        return [Metric(name=name, load=f"measures:{name}", tasks=("classification",)) for name in functions]

    made.relxfer_metrics = relxfer_metrics
    vars(made).update(functions)
    return made


@pytest.fixture
def scorer(monkeypatch):
    """A scorer with the metrics of relxfer and these."""

    def make(**functions) -> Scorer:
        plugin = module(**functions)
        monkeypatch.setitem(sys.modules, "measures", plugin)
        plugins = Plugins.load(third_party=False)
        plugins.register(plugin, "measures")
        assert not plugins.broken
        return Scorer(plugins)

    return make


# ------------------------------------------------------------------ scores and answers


@pytest.mark.parametrize("task", [Classification(tuple("abc")), Ranking(tuple("abc"))])
@pytest.mark.parametrize("shape", [(2, 2), (2, 7), (2,)])
def test_scores_without_a_column_for_each_answer_are_refused(task, shape):
    with pytest.raises(Incompatible, match=r"expected scores \[b, 3\], a column for each answer of the task, got \["):
        task.judge([np.ones(shape)], ASKED, [ASKED])


@pytest.mark.parametrize("task", [Classification(tuple("abc")), Ranking(tuple("abc"))])
def test_scores_with_a_column_for_each_answer_are_judged(scorer, task):
    arrays = task.judge([np.eye(3)[:1], np.eye(3)[2:]], ASKED, [ASKED])
    measured = scorer().measure(task.kind, arrays, "realistic")
    assert next(iter(measured.values.values())).tolist() == [1.0, 1.0]


# ------------------------------------------------------------------ which metrics


def test_the_one_that_is_named_decides_and_those_of_others_come_last(scorer):
    made = scorer(odd=lambda results: np.ones(2))
    names = [metric.name for metric in made.metrics("classification")]
    assert names == ["accuracy", "macro-f1", "auc", "odd"]
    assert [m.name for m in made.metrics("classification", ["mrr", "odd", "auc"])][:2] == ["odd", "accuracy"]
    assert [m.name for m in made.metrics("ranking", ["odd"])] == ["mrr", "hits@1", "hits@3", "hits@10"]


def test_a_metric_of_no_kind_in_the_run_is_told(scorer):
    deciding(scorer(), ["ranking", "classification"], ["mrr", "auc"])
    with pytest.raises(UnknownName, match="no metric of a ranking or classification task is called 'rmse'"):
        deciding(scorer(), ["ranking", "classification"], ["mrr", "rmse"])


def test_an_unheard_of_kind_is_told(scorer):
    with pytest.raises(UnknownName, match="no task is called 'guessing'"):
        scorer().metrics("guessing")


def test_what_is_no_task_is_told(scorer):
    made = scorer()
    made.plugins.offers["task", "odd"] = type(made.plugins.find("task", "ranking"))(
        TaskKind(name="odd", load="builtins:dict", metrics=("mrr",)), "p", "d", "1"
    )
    with pytest.raises(
        PluginError, match=r"expected the task 'odd' as a subclass of relxfer\.Task, got <class 'dict'>"
    ):
        made.task("odd")


# ------------------------------------------------------------------ what they return


def test_a_metric_returns_values_or_influences_or_that_it_is_undefined(scorer):
    def undefined(results):
        raise Undefined("nothing to see")

    made = scorer(
        plain=lambda results: results.answers,
        items=lambda results: PerItem(np.array([0.25, 0.75])),
        whole=lambda results: ByInfluence(3.0, np.array([1.0, -1.0])),
        none=undefined,
    ).measure("classification", ARRAYS, "")
    assert made.values["plain"].tolist() == [0.0, 2.0]
    assert made.values["whole"].tolist() == [4.0, 2.0]
    assert made.means | {"accuracy": 0, "macro-f1": 0, "auc": 0} == {
        "plain": 1.0, "items": 0.5, "whole": 3.0, "accuracy": 0, "macro-f1": 0, "auc": 0,
    }  # fmt: skip
    assert made.undefined == {"none": "nothing to see"}


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        (lambda results: 0.5, r"got shape \[\]"),
        (lambda results: np.ones(3), r"got shape \[3\]"),
        (lambda results: np.array([1.0, np.nan]), "got values that are not finite"),
        (lambda results: ByInfluence(np.inf, np.zeros(2)), "got values that are not finite"),
        (lambda results: results.nowhere, "got AttributeError"),
        (lambda results: "high", "expected the metric 'odd'"),
        (lambda results: None, "expected the metric 'odd'"),
    ],
)
def test_a_broken_metric_is_named(scorer, returned, got):
    with pytest.raises(PluginError, match=got) as caught:
        scorer(odd=returned).measure("classification", ARRAYS, "")
    assert "'odd' (measures:odd)" in str(caught.value)


def test_an_error_in_words_is_passed_on(scorer):
    def raises(results):
        raise RelxferError("expected a sunny day, got rain")

    with pytest.raises(RelxferError, match="sunny day"):
        scorer(odd=raises).measure("classification", ARRAYS, "")


def test_nothing_was_measured_where_there_is_no_test():
    assert (Measured().means, Measured().undefined) == ({}, {})


def test_a_kind_without_rules_for_ties_gets_none(scorer, monkeypatch):
    seen = []

    class Kind(Task):
        @classmethod
        def results(cls, arrays, ties=""):
            seen.append(ties)
            return arrays["answers"]

    made = scorer(plain=lambda answers: answers)
    sys.modules["measures"].Kind = Kind
    kind = TaskKind(name="odd", load="measures:Kind", metrics=("plain",))
    made.plugins.offers["task", "odd"] = type(made.plugins.find("task", "ranking"))(kind, "p", "d", "1")
    assert made.measure("odd", ARRAYS, "plain").means == {"plain": 1.0}
    assert seen == [""]
