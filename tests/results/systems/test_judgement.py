"""What `relxfer judge` found, as records."""

from __future__ import annotations

import json
from dataclasses import replace

from relxfer.judge.records import Interval, SystemVerdict
from relxfer.results.comparing.tolerance import Tolerance
from relxfer.results.systems.judgement import Compared, Judgement, System

BELOW = Interval(-0.05, -0.08, -0.02, 1, 500)
COMPARED = Compared(
    "B", BELOW, 1, 0.001, 0.001, SystemVerdict.WORSE, 0.09, "these two systems on items like these", None, None, 40
)
JUDGEMENT = Judgement(
    "accuracy",
    False,
    False,
    0.05,
    "A",
    (
        System("A", Interval(0.8, 0.7, 0.9, 1, 500), 500, None, 1),
        System("B", Interval(0.75, 0.6, 0.8, 1, 500), 500, None, 1),
    ),
    (COMPARED, replace(COMPARED, system="C", difference=Interval(-0.05, -0.11, 0.01, 1, 500))),
)


def test_as_json_it_says_its_format():
    card = json.loads(json.dumps(JUDGEMENT.card()))
    assert card["schema"] == 1
    assert (card["comparisons"][0]["verdict"], card["comparisons"][0]["difference"]["high"]) == ("worse", -0.02)


def test_what_breaks_a_tolerance_is_shown_to_be_worse():
    assert [each.system for each in JUDGEMENT.worse(Tolerance(0.04, False))] == ["B"]
    assert [each.system for each in JUDGEMENT.worse(Tolerance(0.06, True))] == ["B"]
    assert JUDGEMENT.worse(Tolerance(0.06, False)) == []
