"""What more labels are worth, and when scratch would do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from relxfer.report.recommended.labels import further, sentences

from .conftest import curve


def test_points_and_what_twice_as_many_would_bring(made, tested):
    found = list(sentences(made(), tested))
    assert "finetune reaches .700 with 25, .759 with 50 and .800 with 100 (MRR)" in found[0]
    assert "Twice as many (200) would bring about +.029" in found[0]  # 0.1 - 200 ** -0.5
    assert found[1] == "Scratch would do as well with about 240 labels."


def test_the_interval_is_that_of_the_combination_of_points(curves):
    text = further(curves().strategies[0], curves())
    gain, low, high = map(float, re.findall(r"[+-]\.\d+", text))
    assert low < gain < high
    assert gain - low == pytest.approx(high - gain, abs=0.002)
    assert high - gain > 0.02, "one point alone has this half-width"


def test_less_is_better_where_the_metric_says_so(curves):
    lower = curves("lower", -1)
    assert "+.029" in further(lower.strategies[0], lower)


def test_points_without_a_law_tell_the_last_step(curves):
    straight = curve("finetune", {25: 0.2, 50: 0.3, 100: 0.6})
    assert "fit no curve" in further(straight, curves())
    assert "from 50 to 100 labels it gained +.300 [+.272, +.328]." in further(straight, curves())
    level = curve("finetune", {25: 0.5, 50: 0.3, 100: 0.31})
    assert "which may be nothing" in further(level, curves())


def test_of_scratch_its_own_curve_is_told(made, tested):
    found = list(sentences(made(use=1), tested))
    assert found[0].startswith("Labels: scratch reaches .400 with 25")
    assert len(found) == 1


def test_a_row_without_labels_and_a_test_at_one_budget_say_so(made, tested, curves):
    none = replace(curves(), strategies=(curve("finetune", {0: 0.4}),))
    assert "finetune uses none" in next(sentences(made(), replace(tested, curves=(none,))))
    assert "one number of labels only" in next(sentences(made(), replace(tested, curves=())))


def test_one_point_says_nothing_of_more(curves):
    assert "says nothing of more" in further(curve("finetune", {25: 0.5}), curves())
