"""Records of a judgement: plain, frozen, and light."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from relxfer.judge.records import Gain, Interval, TopClass, Verdict


def test_a_gain_is_an_interval_with_what_it_says():
    gain = Gain(0.1, 0.05, 0.2, 6, 100, baseline="scratch", verdict=Verdict.HELPS, p=0.03)
    assert isinstance(gain, Interval)
    written = json.loads(json.dumps(asdict(gain)))
    expected = {
        "estimate": 0.1, "low": 0.05, "high": 0.2, "seeds": 6, "units": 100, "baseline": "scratch", "verdict": "HELPS",
        "p": 0.03, "p_adjusted": None, "note": "", "against": [], "conditions": [], "failures": None,
    }  # fmt: skip
    assert {name: written[name] for name in expected} == expected


def test_a_verdict_is_its_word():
    assert Verdict.HELPS == "HELPS"
    assert f"{Verdict.INCONCLUSIVE}" == "INCONCLUSIVE"
    assert Verdict("HURTS") is Verdict.HURTS


@pytest.mark.parametrize(
    ("predicted", "there", "collapsed"),
    [
        (1.0, 1.0, False),
        (1.0, 0.5, True),
        (0.9, 0.5, True),
        (0.89, 0.5, False),
        (0.99, 0.95, True),
        (0.98, 0.95, False),
    ],
)
def test_predictions_collapse_where_little_is_left_to_other_classes(predicted, there, collapsed):
    assert TopClass("x", predicted, there).collapsed is collapsed


def test_they_bring_not_even_numpy():
    code = "import sys, relxfer.judge.records; print({'numpy', 'pydantic'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
