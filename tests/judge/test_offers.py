"""What ships with relxfer comes through the hooks: every kind has its metrics, and every metric its range."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.records import Metric
from relxfer.contract.tasks import Task
from relxfer.judge import offers
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins, load_object

KINDS = [record.name for record in offers.relxfer_tasks()]
METRICS = {record.name: record for record in offers.relxfer_metrics()}


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(Plugins.load(third_party=False))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_task_that_has_its_name(scorer, kind):
    made = scorer.task(kind)()
    assert isinstance(made, Task)
    assert made.kind == kind
    names = [metric.name for metric in scorer.metrics(kind)]
    assert names[: len(scorer.record(kind).metrics)] == list(scorer.record(kind).metrics)
    assert len(names) == len(set(names))


def test_a_metric_is_of_a_kind_that_names_it():
    by_kind = {record.name: record.metrics for record in offers.relxfer_tasks()}
    assert {(kind, m) for kind, names in by_kind.items() for m in names} == {
        (kind, name) for name, record in METRICS.items() for kind in record.tasks
    }


@pytest.mark.parametrize("record", METRICS.values(), ids=list(METRICS))
def test_a_metric_is_in_its_range_and_better_where_it_says(scorer, record: Metric):
    """Right answers are better than those of chance, in the direction of the metric, and both are in its range."""
    rng = np.random.default_rng(0)
    for kind in record.tasks:
        task = scorer.task(kind)
        measured = [
            float(np.mean(load_object(record.load)(task.results(arrays, "realistic")).contributions))
            for arrays in (judged(kind, noise, rng) for noise in (0.0, 30.0))
        ]
        right, chance = measured if record.direction == "higher" else [-value for value in measured]
        assert right > chance, (kind, measured)
        low, high = (-np.inf if record.low is None else record.low), (np.inf if record.high is None else record.high)
        assert all(low - 1e-9 <= value <= high + 1e-9 for value in measured), (kind, measured)


def judged(kind: str, noise: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Results of 200 queries, right where there is no noise."""
    classes = rng.integers(0, 2, 200)
    if kind in ("ranking", "relation-prediction"):
        ranks = 1 + (rng.random(200) * noise).astype(int)
        ranked = {"optimistic": ranks, "pessimistic": ranks, "plain": ranks, "candidates": ranks + 50}
        return ranked if kind == "ranking" else ranked | {f"filtered_{name}": of for name, of in ranked.items()}
    if kind == "regression":
        numbers = rng.normal(size=(200, 1))
        return {"scores": numbers + rng.normal(size=(200, 1)) * noise, "answers": numbers}
    answers = np.eye(2, dtype=int)[classes]
    scores = 2 * answers - 1 + rng.normal(size=(200, 2)) * noise
    return {"scores": scores, "answers": answers if kind == "multi-label" else classes}
