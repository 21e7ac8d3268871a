"""Events through files: all of them, in order, and what a listener raises."""

from __future__ import annotations

import math
import signal
import threading
import time
from contextlib import suppress

import numpy as np
import pytest

from relxfer.errors import ArtefactError
from relxfer.execute.workers import reports
from relxfer.execute.workers.reports import Follower, Reports


@pytest.fixture
def of(tmp_path) -> Reports:
    return Reports(tmp_path, "this-run")


def points(report, *steps):
    for step in steps:
        report("epoch_finished", cell={"strategy": "mine"}, step=step, values={"loss": math.nan, "of": np.float32(0.5)})


def test_events_of_jobs_arrive_in_order_and_nothing_is_left(of, tmp_path):
    heard = []
    with Follower(of, lambda *event: heard.append(event)) as follower, of.report("a") as one, of.report("b") as two:
        points(one, 1)
        points(two, 5)
        follower.finish("a", None)
        points(one, 2, 3)
        points(two, 6)
        assert (one.count, two.count) == (3, 2)
        follower.finish("b", 2)
    steps = [(job, values["step"]) for job, _, values in heard]
    assert [step for job, step in steps if job == "b"] == [5, 6]
    assert steps[0] == ("a", 1)
    _, event, values = heard[0]
    assert (event, values["cell"], values["values"]["of"]) == ("epoch_finished", {"strategy": "mine"}, 0.5)
    assert math.isnan(values["values"]["loss"])
    assert list(tmp_path.iterdir()) == []


def test_they_are_followed_while_the_job_runs(of):
    heard = threading.Event()
    with Follower(of, lambda *event: heard.set()) as follower, of.report("a") as report:
        follower.start()
        points(report, 1)
        assert heard.wait(30)
        follower.finish("a", 1)


def test_a_line_that_a_killed_process_left_is_no_event(of):
    heard = []
    with Follower(of, lambda *event: heard.append(event)) as follower, of.report("a") as report:
        points(report, 1)
        report.stream.write(b'["epoch_fini')
        follower.finish("a", None)
    assert len(heard) == 1


def test_steps_are_told_now_and_then(of, monkeypatch):
    now = 0.0
    monkeypatch.setattr(reports.time, "monotonic", lambda: now)
    with of.report("a") as report:
        for step in range(100):
            now = step / 100
            report("step", step=step)
        assert report.count == 4


def waits(of, error):
    """Wait in the main thread for something else, while a listener raises in another one."""

    def raises(*event):
        raise error

    with Follower(of, raises) as follower, of.report("a") as report:
        follower.start()
        points(report, 1)
        with suppress(KeyboardInterrupt):
            time.sleep(30)
        follower.check()


@pytest.mark.parametrize("error", [LookupError("blind"), KeyboardInterrupt("enough")])
def test_what_a_listener_raises_comes_to_the_main_thread(of, error):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs without
    try:
        _comes(of, error)
    finally:
        signal.signal(signal.SIGINT, before)


def _comes(of, error):
    with pytest.raises(type(error), match=str(error)):
        waits(of, error)


def test_late_events_are_waited_for(of):
    """On a shared file system, what another machine wrote is seen later."""
    heard = []
    with Follower(of, lambda *event: heard.append(event)) as follower, of.report("a") as report:
        later = threading.Timer(0.3, points, (report, 1, 2))
        later.start()
        follower.finish("a", 2)
        assert len(heard) == 2
        later.join()


def test_a_request_to_stop_is_seen_and_does_not_outlive_its_job(of):
    with Follower(of, lambda *event: None) as follower, of.report("a") as report, of.report("b") as other:
        assert not report.stopping()
        follower.stop("a")
        assert report.stopping()
        assert not other.stopping()
        follower.finish("a", 0)
        assert not report.stopping()


def test_a_folder_that_cannot_be_written_is_told(of, tmp_path):
    (tmp_path / "events").write_text("a file")
    with pytest.raises(ArtefactError, match=r"Cannot append to .*a\.jsonl: .*run again"), of.report("a"):
        raise AssertionError("never")
