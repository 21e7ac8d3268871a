"""Strata by tags: sizes, metrics and gains, each by the rule of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.judge import squares
from relxfer.judge.intervals import Comparison
from relxfer.judge.scoring import Measured
from relxfer.results.details.strata import MOST_VALUES, Stratifier
from relxfer.results.records import CellResult, MetricSummary, Selected
from relxfer.results.rows import Judge, blocks
from relxfer.results.values import Evaluated

UNITS = np.arange(40)
CAMERA = np.array(["near", "far", "near", "near"] * 10)
METRICS = [MetricSummary(name="macro-f1"), MetricSummary(name="accuracy", low=0.0, high=1.0, minimal_effect=0.05)]


def cells(strategy, role):
    return [
        CellResult(source="a", target="t", strategy=strategy, role=role, budget="all", seed=seed, status="done",
                   setting="inductive", labels=True, labels_per="target", seeded=True, n=40,
                   evaluation=f"{strategy}{seed}", selection=Selected("target-val"))
        for seed in range(4)
    ]  # fmt: skip


def values(evaluation, tags=True):
    """Finetuned is better by .4 on pictures of the near camera, and no better on those of the far one."""
    rng = np.random.default_rng(int(evaluation[-1]))
    accuracy = 0.3 + 0.05 * rng.random(40) + 0.4 * (CAMERA == "near") * evaluation.startswith("finetune")
    measured = Measured({"macro-f1": accuracy / 2, "accuracy": accuracy}, per_item=frozenset(["accuracy"]))
    return Evaluated(measured, UNITS, tags={"camera": CAMERA} if tags else {})


def row_and_block(of=values):
    every = [*cells("finetune", "candidate"), *cells("scratch", "scratch")]
    judge = Judge(of, {"t": METRICS}, {"t": False})
    return judge.rows(every)[0], next(blocks(every))


def test_each_stratum_has_its_size_its_metric_and_its_gain():
    row, block = row_and_block()
    (made,) = Stratifier(values, METRICS).strata(row, block)
    assert (made.tag, made.metric, made.baseline, made.left_out) == ("camera", "accuracy", "scratch", 0)
    near, far = made.parts
    assert (near.value, near.n, near.share, far.n) == ("near", 30, 0.75, 10)
    ours, theirs = (
        np.stack([values(f"{name}{seed}").measured.values["accuracy"][near_rows()] for seed in range(4)])
        for name in ("finetune", "scratch")
    )
    assert near.metric.estimate == pytest.approx(ours.mean())
    expected = Comparison.alone(squares.over(ours - theirs, [UNITS[near_rows()]], None, 1.0)).interval()
    found = near.gain
    assert (found.estimate, found.low, found.high) == pytest.approx((expected.estimate, expected.low, expected.high))
    assert near.gain.low > 0.2  # no difference varies, and yet 30 items do not rule out others
    assert far.gain.low < 0 < far.gain.high
    assert (near.gain.units, far.gain.units) == (30, 10)


def near_rows():
    return np.flatnonzero(CAMERA == "near")


def test_without_tags_there_are_no_strata():
    row, block = row_and_block(lambda name: values(name, tags=False))
    assert Stratifier(lambda name: values(name, tags=False), METRICS).strata(row, block) == ()


def test_without_a_mean_over_queries_there_are_sizes_alone():
    def other(name):
        return replace(values(name), measured=Measured({"macro-f1": np.ones(40)}))

    row, block = row_and_block()
    (made,) = Stratifier(other, METRICS).strata(row, block)
    assert (made.metric, made.baseline) == ("", "")
    assert [(part.n, part.metric, part.gain) for part in made.parts] == [(30, None, None), (10, None, None)]


def test_a_single_item_has_no_gain_and_rare_values_are_left_out():
    def many(name):
        return replace(values(name), tags={"number": UNITS.astype(str)})

    row, block = row_and_block()
    (made,) = Stratifier(many, METRICS).strata(row, block)
    assert (len(made.parts), made.left_out) == (MOST_VALUES, 40 - MOST_VALUES)
    assert made.parts[0].gain is None
