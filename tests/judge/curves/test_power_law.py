"""The power law of learning curves: found again where it holds, and not given where points do not say which."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge.curves import power_law
from relxfer.judge.curves.labels import PowerLaw

LABELS = (10, 40, 160, 640)


@pytest.mark.parametrize("law", [PowerLaw(0.9, 1.2, 0.4), PowerLaw(0.5, 0.9, 1.1), PowerLaw(-0.2, 3.0, 0.3)])
@pytest.mark.parametrize("labels", [LABELS[:3], LABELS])
def test_a_law_is_found_from_points_on_it(law, labels):
    found = power_law.fit(labels, [law.at(n) for n in labels], [0.02] * len(labels))
    assert [found.law.ceiling, found.law.scale, found.law.exponent] == pytest.approx(
        [law.ceiling, law.scale, law.exponent], rel=1e-3
    )


@pytest.mark.parametrize(
    "values",
    [(0.2, 0.6), (0.5, 0.5, 0.5), (0.8, 0.6, 0.5), (0.2, 0.3, 0.6), (0.2, 0.7, 0.7)],
    ids=["two points", "level", "falls", "gains speed", "level from its second point on"],
)
def test_no_law_where_the_points_do_not_say_which(values):
    assert power_law.fit(LABELS[: len(values)], values, [0.02] * len(values)) is None


def test_a_point_counts_by_its_interval():
    off = [0.4, 0.6, 0.7, 0.72]
    sure, unsure = (power_law.fit(LABELS, off, [0.02, 0.02, 0.02, last]).law.at(640) for last in (0.02, 1.0))
    assert 0.72 < sure < unsure
    assert unsure == pytest.approx(0.75, abs=0.01), "the law through the first three: steps of .2, .1, .05"


def test_the_sensitivity_is_the_change_of_the_law_with_its_points():
    law, halves = PowerLaw(0.9, 1.2, 0.4), [0.02, 0.03, 0.02, 0.01]
    values = np.array([law.at(n) for n in LABELS])
    found = power_law.fit(LABELS, values, halves)
    for place in range(4):
        moved = values + 1e-5 * (np.arange(4) == place)
        change = (power_law.fit(LABELS, moved, halves).law.at(2000) - found.law.at(2000)) / 1e-5
        assert found.sensitivity(2000.0)[place] == pytest.approx(change, rel=0.02, abs=0.01)
    assert found.sensitivity(2000.0).sum() == pytest.approx(1.0), "a metric that is higher everywhere is so there"
