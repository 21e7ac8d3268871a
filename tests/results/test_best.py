"""The best of several rows, and the gain to expect of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.judge.best_of import best_of
from relxfer.judge.scoring import Measured
from relxfer.results import best
from relxfer.results.records import CellResult, MetricSummary, Selected
from relxfer.results.rows import Judge
from relxfer.results.values import Evaluated

UNITS, SEEDS = np.arange(80), range(4)
BASE = CellResult(source="a", target="t", strategy="one", role="candidate", budget=10, seed=0, status="done",
                  setting="inductive", labels=True, labels_per="target", seeded=True, n=80,
                  selection=Selected("target-val"), label_count=10)  # fmt: skip
LEVELS = {"scratch": 0.5, "one": 0.5, "two": 0.52, "three": 0.5, "four": 0.6}


def of(name: str, seed: int) -> np.ndarray:
    rng = np.random.default_rng([*name.encode(), seed])
    return LEVELS[name] + 0.05 * rng.normal() + 0.3 * rng.normal(size=80)


def values(evaluation: str) -> Evaluated:
    name, seed = evaluation.split()
    return Evaluated(Measured({"accuracy": of(name, int(seed))}), UNITS)


def cells(*names: str) -> list[CellResult]:
    return [
        replace(BASE, strategy=name, seed=seed, evaluation=f"{name} {seed}",
                role="scratch" if name == "scratch" else "candidate")
        for name in names for seed in SEEDS
    ]  # fmt: skip


def announced(*names: str):
    judge = Judge(values, {"t": [MetricSummary(name="accuracy", low=0.0, high=1.0)]}, {"t": False})
    made = cells("scratch", *names)
    return best.announced(judge, made, judge.rows(made))


def test_the_best_of_four_is_told_with_the_gain_to_expect():
    (found,) = announced("one", "two", "three", "four")
    base = np.stack([of("scratch", seed) for seed in SEEDS])
    rows = [np.stack([of(name, seed) for seed in SEEDS]) - base for name in ("one", "two", "three", "four")]
    number, gain = best_of(rows, UNITS)
    assert found.strategy == ("one", "two", "three", "four")[number]
    assert (found.rows, found.baseline, found.budget) == (4, "scratch", 10)
    assert found.measured == pytest.approx(rows[number].mean())
    assert found.gain == gain
    assert found.gain.estimate < found.measured, "it was chosen for being large"


def test_of_three_rows_nothing_is_told():
    assert announced("one", "two", "three") == ()
