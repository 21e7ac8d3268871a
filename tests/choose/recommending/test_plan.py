"""What fits into the minutes, and when the race and its test go on."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.arms import RATES, Arm
from relxfer.choose.recommending.costs import Costs
from relxfer.choose.recommending.plan import SHORTER, HonestTest, Plan, Question, planned
from relxfer.choose.recommending.recommendation import NotTried, Raced
from relxfer.choose.recommending.rounds import Round
from relxfer.errors import UsageError
from relxfer.store import files

COSTS = Costs(
    pretraining={"a": 30.0, "b": 30.0, "c": 30.0},
    repeated={"a": 1, "b": 1, "c": 1},
    training={**{(name, "finetune"): 1.0 for name in "abc"}, (None, "scratch"): 1.0},
)


def arm(source, factor=1.0, role="candidate"):
    return Arm(Raced(source, "finetune" if source else "scratch", role, 0.1, factor), ())


ARMS = [
    *(arm(None, factor, "scratch") for factor in RATES),
    *(arm(source, factor) for source in "abc" for factor in RATES),
]


def ask(minutes, ranked=lambda: ["c", "a", "b"], **more):
    return planned(Question("key", ranked, ARMS, RATES, 6, [15, 30, "all"], minutes), COSTS, 5.0, {}, **more)


def never():
    raise AssertionError("ranks sources although all of them fit")


def test_where_there_is_time_everything_is_tried():
    made = ask(10, never)
    assert made.sources == ("a", "b", "c")
    assert made.rates == RATES
    assert [(each.arms, each.seeds) for each in made.rounds] == [(12, 1), (8, 2), (5, 4), (3, 6)]
    assert made.tests[0].budgets == (15, 30, "all")
    assert not made.not_tried


def test_with_less_time_the_test_the_seeds_and_the_rates_become_fewer_before_a_source_is_left_out():
    whole = ask(10, never)
    found = [ask(4 - number / 20) for number in range(72)]
    sizes = [
        (len(each.sources), len(each.rates), each.rounds[-1].seeds, len(each.tests[0].budgets))
        for each in [whole, *found]
        if each.shorter in (1, SHORTER[-1])
    ]
    of_all = [size for size in sizes if size[0] == 3]
    assert list(dict.fromkeys(of_all)) == [(3, 3, 6, 3), (3, 3, 6, 1), (3, 3, 3, 1), (3, 1, 3, 1)], "again when shorter"
    assert [size[0] for size in sizes] == sorted((size[0] for size in sizes), reverse=True)
    assert sizes[-1][0] < 3


def test_sources_that_are_ranked_worst_are_left_out_first_and_named():
    found = (ask(2 - number / 50) for number in range(80))
    made = next(each for each in found if len(each.sources) == 2)
    assert made.sources == ("a", "c"), "in the order of the configuration"
    assert made.not_tried[0].what == "b"
    assert "no time for it" in made.not_tried[0].reason


def test_training_is_made_shorter_before_a_source_is_left_out():
    found = [ask(4 - number / 20) for number in range(72)]
    assert {made.shorter for made in found if len(made.sources) == 3} == set(SHORTER)
    assert {made.shorter for made in found if len(made.sources) < 3} <= {SHORTER[-1]}
    short = next(made for made in found if made.shorter == 2)
    assert "training as long as written" in [each.what for each in short.not_tried]
    whole, half = (COSTS.shorter(times).raced(ARMS, [Round(12, 1)])[0].seconds for times in (1, 2))
    assert half == whole / 2


def test_what_is_planned_is_foreseen_to_fit():
    for minutes in (10, 4, 3.5, 3, 2, 1.5):
        made = ask(minutes)
        assert made.foreseen <= 60 * minutes


def test_where_nothing_fits_it_says_how_many_minutes_do():
    with pytest.raises(UsageError, match=r"expected at least \d\.\d minutes .*, got 0.2; raise --minutes") as told:
        ask(0.2)
    needed = float(str(told.value).split()[3])
    made = ask(needed + 0.1)
    assert (len(made.sources), made.shorter) == (1, SHORTER[-1])


def test_a_source_that_cannot_be_tried_is_named():
    made = planned(Question("key", never, ARMS, RATES, 6, ["all"], 10), COSTS, 5.0, {"d": "it broke"})
    assert NotTried("d", "it broke") in made.not_tried


PLAN = Plan(
    "key",
    ("a",),
    (1.0,),
    (Round(4, 1, 10.0), Round(3, 2, 10.0)),
    (HonestTest((10, "all"), 6, 20.0), HonestTest(("all",), 3, 5.0)),
    (NotTried("b", "late"),),
    allowed=60.0,
    measuring=5.0,
)


def test_a_round_begins_if_it_and_the_smallest_test_fit_at_the_speed_so_far():
    assert PLAN.goes_on(1, spent=10.0)
    assert PLAN.goes_on(1, spent=20.0)  # twice as slow: 5 + 20 + 2 x 15
    assert not PLAN.goes_on(1, spent=30.0)


def test_the_test_is_the_largest_that_fits():
    assert PLAN.largest_test(2, spent=20.0).seeds == 6
    assert PLAN.largest_test(2, spent=40.0).seeds == 3
    assert PLAN.largest_test(1, spent=400.0).seeds == 3, "the smallest, where none fits"


def test_it_is_kept_for_the_same_question_alone(tmp_path):
    PLAN.write(tmp_path)
    assert Plan.read(tmp_path, "key") == PLAN
    assert Plan.read(tmp_path, "another") is None
    assert Plan.read(tmp_path / "none", "key") is None
    files.write_json(tmp_path / "recommendation.json", {"recommendation": {}})
    assert Plan.read(tmp_path, "key") is None
