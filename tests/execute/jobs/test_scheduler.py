"""Which cells are run, and when."""

from __future__ import annotations

from relxfer.execute.jobs.scheduler import Everything
from relxfer.store.entry import Point


def test_everything_comes_at_once_and_nothing_is_stopped():
    scheduler = Everything(["first", "second"])
    assert scheduler.at_most == 2
    assert scheduler.wave() == ["first", "second"]
    scheduler.ended("first", {"status": "failed"})
    assert scheduler.reached("second", Point("fit-0", 3, {"validation": 0.1})) is False
    assert not scheduler.wave()
    assert scheduler.at_most == 2
