"""A judgement of three systems on grouped items."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.judge.needed import Needed
from relxfer.judge.records import Interval
from relxfer.results.systems.judgement import Compared, Judgement, System, SystemVerdict

BETTER = Compared(
    system="B",
    difference=Interval(0.1, 0.05, 0.15, 4, 60),
    seeds=4,
    p=0.0004,
    p_adjusted=0.0012,
    verdict=SystemVerdict.BETTER,
    excludes=0.142,
    condition="runs and items like these",
    needed=None,
    noise_df=7.2,
    differ=50,
)
UNDECIDED = replace(
    BETTER,
    system="C",
    difference=Interval(0.01, -0.04, 0.06, 4, 60),
    p=0.7,
    p_adjusted=1.0,
    verdict=SystemVerdict.INCONCLUSIVE,
    excludes=0.052,
    needed=Needed(items=140, seeds=None),
)
REFUSED = replace(UNDECIDED, system="D", verdict=None, p_adjusted=None, needed=None, note="only 2 seeds on both sides")


@pytest.fixture
def judged():
    systems = [System(name, Interval(0.5, 0.4, 0.6, 4, 60), 1200, 60, 4) for name in "ABCD"]
    compared = (BETTER, UNDECIDED, REFUSED)
    return Judgement("accuracy", False, False, 0.05, "A", tuple(systems), compared, notes=("of a.csv: id 'id'",))
