"""The verdict follows from the interval, and from nothing else."""

import subprocess
import sys

import numpy as np
import pytest

from relxfer.judge.records import Gain, Interval, Verdict
from relxfer.judge.statistics import paired_gain
from relxfer.judge.verdict import adjust, gain_over


def interval(low, high, seeds=6):
    return Interval((low + high) / 2, low, high, seeds, 100)


def comparison(p_from, seeds=6):
    return gain_over("scratch", interval(0.1, 0.2, seeds), np.asarray(p_from, float))


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.1, 0.2, "HELPS"), (-0.2, -0.1, "HURTS"), (-0.1, 0.2, "INCONCLUSIVE"), (0, 0, "INCONCLUSIVE"),
     (0, 0.2, "INCONCLUSIVE"), (-0.2, 0, "INCONCLUSIVE"), (0.1, 0.1, "HELPS")],
)  # fmt: skip
def test_verdict_of_an_interval(low, high, verdict):
    assert Verdict.of(interval(low, high)).name == verdict


def test_comparison_from_per_query_values():
    rng = np.random.default_rng(0)
    theirs = rng.random((6, 40))
    ours = theirs + 0.1 + 0.01 * rng.normal(size=(6, 40))
    gain = paired_gain(ours, theirs, np.arange(40), resamples=300)
    made = gain_over("scratch", gain, (ours - theirs).mean(1))
    assert made.baseline == "scratch"
    assert made.verdict is Verdict.HELPS
    assert made.p == 2 / 2**6
    assert Interval(made.estimate, made.low, made.high, made.seeds, made.units) == gain
    assert isinstance(made, Gain)


def test_p_has_no_say_in_the_verdict():
    assert comparison([1, -1, 1, -1, 1, -1]).p == 1.0
    assert comparison([1, -1, 1, -1, 1, -1]).verdict is Verdict.HELPS


def test_deterministic_comparisons_have_no_p():
    made = gain_over("scratch", interval(0.1, 0.2, 1), None)
    assert made.p is None
    assert made.note.startswith("deterministic")
    assert comparison([0.1], 1).p is None
    assert comparison([0.1], 1).note.startswith("one seed")


@pytest.mark.parametrize(("by_seed", "by_item", "what"), [(0.2, 0.01, "seeds"), (0.001, 0.3, "items")])
def test_an_inconclusive_comparison_says_what_makes_it_so_and_what_would_do(by_seed, by_item, what):
    rng = np.random.default_rng(0)
    seeds, items = rng.normal(size=8), rng.normal(size=50)
    values = 0.02 + by_seed * (seeds - seeds.mean())[:, None] + by_item * (items - items.mean())
    gain = paired_gain(values, np.zeros_like(values), np.arange(50), resamples=500)
    found = gain_over("b", gain, values.mean(1))
    assert f"inconclusive mostly for the spread of {what}: a gain of +.020 would show from about" in found.note
    enough = int(found.note.split()[-2].replace(",", ""))
    assert enough > {"seeds": 8, "items": 50}[what]
    more = np.tile(values, (-(-enough // 8), 1)) if what == "seeds" else np.tile(values, (1, -(-enough // 50)))
    again = paired_gain(more, np.zeros_like(more), np.arange(more.shape[1]), resamples=500)
    assert gain_over("b", again, more.mean(1)).verdict is Verdict.HELPS


def test_a_gain_far_below_its_interval_is_out_of_reach():
    found = gain_over("b", Interval(0.0004, -0.01, 0.01, 6, 100), np.tile([-0.01, 0.0108], 3))
    assert found.note == "inconclusive mostly for the spread of seeds: a gain as small as +.000 is out of reach"


def test_adjust_is_holm_over_those_that_have_a_p():
    strong, weak = comparison(np.ones(8), 8), comparison([1, 1, 1, 1, 1, 1, 1, -3], 8)
    fixed = gain_over("scratch", interval(0.1, 0.2, 1), None)
    adjusted = adjust([weak, fixed, strong])
    assert [c.p_adjusted for c in adjusted] == [pytest.approx(weak.p), None, pytest.approx(2 * strong.p)]
    assert [c.note for c in adjusted] == ["", fixed.note, ""]
    assert [c.verdict for c in adjusted] == [weak.verdict, fixed.verdict, strong.verdict]


def test_adjust_says_where_seeds_are_too_few():
    assert adjust([comparison(np.ones(6))])[0].note == ""
    assert "needs 7" in adjust([comparison(np.ones(6)), comparison(np.ones(6))])[0].note
    assert adjust([comparison(np.ones(6)), comparison(np.ones(6))])[0].p_adjusted == 0.0625
    assert adjust([]) == []


def test_import_brings_neither_scipy_nor_torch():
    code = "import sys, relxfer.judge.verdict; print({'scipy', 'torch'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_gain_over_pre_trainings_and_seeds_has_no_p():
    differences = np.arange(12).reshape(3, 4) / 10 - 0.5
    made = gain_over("scratch", Interval(0.05, -0.6, 0.7, 4, 100), differences)
    assert made.p is None
    assert made.note.startswith(
        "3 pre-trainings x 4 seeds: interval over both, no p; inconclusive mostly for the spread"
    )
    assert "of pre-trainings" in made.note, "which differ by .4, and seeds by .1"
    by_seed = gain_over("scratch", Interval(0.05, -0.6, 0.7, 4, 100), differences.T)
    assert "4 pre-trainings x 3 seeds" in by_seed.note
    assert "the spread of seeds" in by_seed.note
