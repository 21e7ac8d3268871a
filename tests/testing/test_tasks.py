"""The contract of kinds of task: kinds that do not keep it are caught."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from relxfer import Metric, TaskKind, hookimpl
from relxfer.contract.breakdowns import Answered, Breakdown, Part
from relxfer.contract.metrics import PerItem
from relxfer.contract.tasks import Task
from relxfer.testing import TaskContract


@dataclass(frozen=True)
class Ages(Task):
    """Keeps the contract: numbers above 0, learnt by their relative error."""

    kind: str = field(default="ages", init=False)
    ranked: ClassVar[bool] = False
    shows: ClassVar[str] = "value"

    def problem(self, answers):
        if answers.dtype.kind != "f" or answers.shape != (len(answers), self.width):
            return f"expected numbers [n, {self.width}], got {answers.dtype}{list(answers.shape)}"
        return None if np.isfinite(answers).all() else "expected finite numbers, got others"

    def loss(self, scores, labels, scale=None):
        return (scores - labels).abs().mean()

    def merit(self, results):
        return -np.abs(results.scores - results.answers).mean(1)


def planted(kind, **members):
    return dataclass(frozen=True)(type(kind.title(), (Ages,), {"kind": field(default=kind, init=False), 
        "__annotations__": {"kind": "str"}, "__module__": __name__, **members}))  # fmt: skip


def accepts(self, answers):
    return None


def upwards(self, scores, labels, scale=None):
    return -(scores - labels).abs().mean()


def errors(self, results):
    return np.abs(results.scores - results.answers).mean(1)


def only_last_block(self, blocks, asked, known):
    scores = list(blocks)[-1]
    return {"scores": np.resize(scores, (len(asked), scores.shape[1])), "answers": asked.answers}


def above_one(self, scores):
    return scores


def deaf(self, results):
    return Answered(np.abs(results.scores - results.answers).mean(1), np.ones(len(results.answers), bool))


def uneven(self, results, kinds):
    return Breakdown("kind", (Part("a", 1, {"mae": 0.5}), Part("b", 2, {"rmse": 0.5})))


def lost(self, results, kinds):
    return Breakdown("kind", (Part("a", 1, {"mae": 0.5}), Part("b", 2, {"mae": 0.5})), np.zeros((2, 2)))


def bare(self, scores):
    return [str(number) for number in range(len(scores))]


Deaf = planted("deaf", answered=deaf)
Uneven = planted("uneven", broken_down=uneven)
Lost = planted("lost", broken_down=lost)
Bare = planted("bare", predicted=bare)
Accepting = planted("accepting", problem=accepts)
Rising = planted("rising", loss=upwards)
Turned = planted("turned", merit=errors)
Forgetful = planted("forgetful", judge=only_last_block)
Showing = planted("showing", shows="probability", shown=above_one)
MADE = (Ages, Accepting, Rising, Turned, Forgetful, Showing, Deaf, Uneven, Lost, Bare)


def error(results):
    return PerItem(np.abs(results.scores - results.answers).mean(1))


class Plugin:
    __name__ = "tasks with faults"
    metrics = ("my-error",)

    @hookimpl
    def relxfer_tasks(self):
        return [
            TaskKind(name=made.kind, load=f"{__name__}:{made.__name__}", metrics=self.metrics, summary="for tests")
            for made in MADE
        ]

    @hookimpl
    def relxfer_metrics(self):
        kinds = tuple(made.kind for made in MADE)
        return [
            Metric(name="my-error", load=f"{__name__}:error", tasks=kinds, direction="lower", low=0.0, summary="error"),
            Metric(name="turned-error", load=f"{__name__}:error", tasks=("turned",), summary="error, the wrong way"),
        ]


def contract(made, plugin=Plugin):
    return type("Planted", (TaskContract,), {"task": made.kind, "plugins": (plugin(),)})


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (Accepting, "test_it_refuses_wrong_answers"),
        (Rising, "test_its_loss_falls_towards_right_scores"),
        (Turned, "test_better_scores_have_more_merit"),
        (Turned, "test_right_scores_are_best_by_every_metric"),
        (Forgetful, "test_scores_are_judged_in_blocks_of_any_size"),
        (Forgetful, "test_scores_of_some_queries_are_refused"),
        (Showing, "test_what_is_shown_is_what_it_says"),
        (Deaf, "test_the_worst_mistakes_are_those_of_wrong_scores"),
        (Uneven, "test_parts_of_the_test_have_the_same_measures"),
        (Lost, "test_right_scores_confuse_nothing"),
        (Bare, "test_predictions_are_in_words"),
    ],
)
def test_a_fault_is_caught(made, test, failed):
    assert test in failed(contract(made), test)


def test_a_metric_that_is_not_offered_is_caught(failed):
    class Other(Plugin):
        metrics = ("accuracy",)

    assert "test_its_metrics_are_offered" in failed(contract(Ages, Other), "test_its_metrics_are_offered")


def test_a_kind_of_task_without_fault_passes(failed):
    assert failed(contract(Ages)) == {}
