"""Which arm of a race to use, against what, and with which arm the test is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.racing import Race
from relxfer.choose.recommending.recommendation import KINDS, Recommendation
from relxfer.errors import UsageError


def decided(race: Race, written: Callable[[Arm], bool], facts: Mapping[str, Any]) -> Recommendation:
    """The recommendation that follows from a race.

    written  whether an arm is the first source with the first strategy as they are written
    facts    the fields that no score decides

    Raises:
        UsageError: no arm that transfers has a score.
    """
    raced = tuple(arm.raced() for arm in race.arms)
    undecided: dict[str, Any] = {
        **facts,
        "arms": raced,
        "use": 0,
        "tested": 0,
        "against": None,
        "expected": None,
        "stopped": race.stopped,
        "written": next((number for number, arm in enumerate(race.arms) if written(arm)), None),
    }
    made = Recommendation(**undecided, scratch=None, unchanged=None)
    best = made.best(*KINDS)
    transfer = made.best("transfer")
    if best is None or transfer is None:
        reasons = dict.fromkeys(f"{arm.strategy}: {arm.reason}" for arm in raced if arm.reason)
        raise UsageError(f"expected a strategy that trains and can be scored, got none: {'; '.join(reasons)}")
    chosen = raced[best]
    of_source = made.best("transfer", source=chosen.source) if chosen.kind == "unchanged" else None
    others = made.best(*(kind for kind in KINDS if kind != chosen.kind))
    return Recommendation(
        **{
            **undecided,
            "use": best,
            "tested": best if chosen.kind == "transfer" else transfer if of_source is None else of_source,
            "against": others,
            "expected": None if others is None else made.difference(best, others),
        },
        scratch=made.best("scratch"),
        unchanged=made.best("unchanged"),
    )
