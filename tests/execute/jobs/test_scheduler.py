"""Which cells are run, and when."""

from __future__ import annotations

from types import SimpleNamespace

from relxfer.execute.jobs.scheduler import Everything
from relxfer.store.entry import Point


def test_everything_comes_at_once_and_nothing_is_stopped():
    plan = [SimpleNamespace(refusal=None), SimpleNamespace(refusal=None), SimpleNamespace(refusal="needs labels")]
    scheduler = Everything(plan)
    assert scheduler.at_most == 2, "what is refused is not run"
    assert scheduler.wave() == plan
    scheduler.ended(plan[0], {"status": "failed"})
    assert scheduler.reached(plan[1], Point("fit-0", 3, {"validation": 0.1})) is False
    assert not scheduler.wave()
    assert scheduler.at_most == 2
