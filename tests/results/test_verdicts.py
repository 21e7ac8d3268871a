"""How a row and an alternative are paired: seeds, pre-trainings, questions, and rows that share their noise."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from relxfer.judge.records import Gain, Verdict
from relxfer.judge.scoring import Measured
from relxfer.results.records import MetricSummary
from relxfer.results.runs import Runs
from relxfer.results.values import Evaluated
from relxfer.results.verdicts import Asked, Pairing, Side, judged, with_better_direct

UNITS = np.arange(60)
METRIC = MetricSummary(name="accuracy", low=0.0, high=1.0, minimal_effect=0.05)


def side(name, keys, level=0.5, spread=0.0, **more):
    """Values around a level, which differ by seed by a spread."""

    def values(evaluation: str) -> Evaluated:
        rng = np.random.default_rng(zlib.crc32(evaluation.encode()))
        of = level + spread * rng.normal() + 0.1 * rng.normal(size=60)
        return Evaluated(Measured({"accuracy": of}, per_item=frozenset({"accuracy"})), UNITS, **more)

    return Side(Runs(name, {key: f"{name} {key}" for key in keys}), values)


PLAIN = [(None, seed) for seed in range(6)]
CROSSED = [(source, seed) for source in range(3) for seed in range(4)]


def test_seeds_are_paired_by_name():
    made = Pairing(METRIC).compare(side("a", PLAIN), side("b", PLAIN[2:]), "b", ())
    assert made.squares.runs == 4


def test_pretrainings_take_the_place_of_seeds_from_three_on():
    made = Pairing(METRIC).compare(side("a", CROSSED), side("b", PLAIN[:4]), "b", ())
    assert (made.squares.runs, made.no_verdict) == (3, "")
    two = [key for key in CROSSED if key[0] < 2]
    assert Pairing(METRIC).compare(side("a", two), side("b", PLAIN[:4]), "b", ()).squares.runs == 4


def test_questions_that_are_alike_widen_the_interval():
    def width(questions) -> float:
        def values(evaluation: str) -> Evaluated:
            levels = np.repeat(np.random.default_rng(3).normal(size=12), 5) * (evaluation == "a")
            return Evaluated(Measured({"accuracy": levels}), UNITS, questions=questions)

        sides = (Side(Runs(name, {(None, 0): name}), values, fixed=True) for name in ("a", "b"))
        gain = judged({0: Asked((Pairing(METRIC).compare(*sides, "b", ()),), 0.05, True, (), "items")})[0]
        return gain.high - gain.low

    assert width(UNITS // 5) > 2 * width(None)


def test_rows_with_one_baseline_share_their_noise():
    def rows(count):
        baseline = side("b", PLAIN[:3], spread=0.05)
        ours = [side(f"a{k}", PLAIN[:3], 0.6, 0.05) for k in range(count)]
        compared = [Pairing(METRIC).compare(each, baseline, "b", ("one",)) for each in ours]
        return {k: Asked((each,), 0.05, True, (), "items") for k, each in enumerate(compared)}

    alone, together = judged(rows(1))[0], judged(rows(8))[0]
    assert (alone.seed_rows, alone.seed_df) == (1, 2.0)
    assert (together.seed_rows, together.seed_df > 2.0) == (8, True)
    assert together.estimate == alone.estimate


@pytest.mark.parametrize(("verdict", "says"), [(Verdict.HURTS, "HELPS but direct alone is better"),
                                               (Verdict.INCONCLUSIVE, "HELPS"), (None, "HELPS")])  # fmt: skip
def test_only_a_sure_loss_to_the_source_unchanged_is_told(verdict, says):
    gain = Gain(0.1, 0.05, 0.2, 6, 60, baseline="scratch", verdict=Verdict.HELPS)
    direct = Gain(-0.1, -0.2, -0.05, 6, 60, baseline="direct", verdict=verdict)
    assert with_better_direct(gain, direct).says == says
    assert with_better_direct(gain, None) == gain
