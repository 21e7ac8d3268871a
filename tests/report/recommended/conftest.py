"""A recommendation made by hand, and the results of its test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relxfer.choose.recommending.recommendation import NotTried, Paired, Raced, Recommendation, Spent
from relxfer.judge.curves.labels import Labels
from relxfer.judge.records import Interval, Verdict
from relxfer.results.curves.learning_curves import Curve, LearningCurves, Point


@pytest.fixture
def made():
    """`world` with fine-tuning at .01 is used; the row as written, from `moon`, is below scratch."""

    def of(**changes: Any) -> Recommendation:
        arms = (
            Raced("world", "zero-shot", "direct", None, 1.0, (0.5, 0.6, 0.4), 2, 0),
            Raced(None, "scratch", "scratch", 0.01, 1.0, (0.7, 0.5, 0.6), 2, 90),
            Raced("world", "finetune", "candidate", 0.01, 1.0, (0.8, 0.7, 0.9), 2, 90),
            Raced("moon", "finetune", "candidate", 0.01, 1.0, (0.4, 0.2, 0.3), 2, 90),
            Raced("moon", "finetune", "candidate", 0.03, 3.0, (0.45,), 1, 90),
            Raced("moon", "feature-extraction", "candidate", 0.01, 1.0, (0.55,), 1, 9),
        )
        base: dict[str, Any] = {
            "target": "us", "budget": "all", "labels": 100, "validation": 20, "rule": "target-val", "arms": arms,
            "use": 2, "against": 1, "tested": 2, "scratch": 1, "unchanged": 0, "written": 3,
            "expected": Paired(0.2, 0.1, 0.3, 3), "not_tried": (NotTried("mars", "does not fit into 2 minutes"),),
            "spent": Spent(120.0, 100.0, 10.0, 50.0, 12),
        }  # fmt: skip
        return Recommendation(**{**base, **changes})

    return of


def curve(strategy: str, values: dict[int, float], **more: Any) -> Curve:
    points = tuple(Point(labels, value, value - 0.02, value + 0.02) for labels, value in values.items())
    return Curve(strategy, points, **more)


@pytest.fixture
def curves():
    """A row whose curve is a power law, and scratch."""

    def of(direction: str = "higher", sign: int = 1, **more: Any) -> LearningCurves:
        law = {n: sign * (0.9 - n**-0.5) for n in (25, 50, 100)}
        row = curve("finetune", law, **{"catch_up": Labels(240.0), **more})
        scratch = curve("scratch", {25: sign * 0.4, 50: sign * 0.5, 100: sign * 0.45})
        return LearningCurves("world", "us", "mrr", direction, 0.5, scratch, (row,))  # type: ignore[arg-type]

    return of


@pytest.fixture
def tested(sample, curves):
    """Results of the test: fine-tuning HELPS with all labels."""
    rows = [row for row in sample.rows if row.budget == "all" and row.strategy in ("finetune", "scratch")]
    gain = replace(rows[0].gain, estimate=0.12, low=0.08, high=0.16, verdict=Verdict.HELPS)
    over = replace(gain, estimate=0.3, low=0.2, high=0.4, baseline="zero-shot")
    rows[0] = replace(rows[0], gain=gain, over_direct=over)
    direct = replace(rows[1], strategy="zero-shot", role="direct", interval=Interval(0.2, 0.1, 0.3, 6, 9))
    return replace(sample, rows=(*rows, direct), curves=(curves(),))
