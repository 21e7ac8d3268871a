"""The stream of jobs: waves one after the other, failed jobs again and alone."""

from __future__ import annotations

import pytest

from relxfer.contract.executors import Failed
from relxfer.execute.jobs.job import Job
from relxfer.execute.jobs.stream import Misused, Stream


def job(number: int) -> Job:
    return Job("cell", number, 1)


def test_a_wave_waits_for_the_one_before():
    stream = Stream(iter([[job(0), job(1)], [], [job(2)]]))
    assert [next(stream), next(stream), next(stream)] == [job(0), job(1), None]
    stream.ended(job(1), "result")
    assert next(stream) is None, "the other is still running"
    stream.ended(job(0), "result")
    assert next(stream) == job(2)
    stream.ended(job(2), "result")
    assert list(stream) == []
    assert (stream.left, stream.given) == (0, 3)


def test_a_failed_job_is_tried_twice_again_and_alone():
    stream = Stream(iter([[job(0), job(1), job(2)]]))
    first, second = next(stream), next(stream)
    stream.ended(first, Failed(first, "died"))
    assert next(stream) == job(2), "the others come first"
    stream.ended(second, Failed(second, "died"))
    assert next(stream) is None, "nothing runs beside a job that failed"
    stream.ended(job(2), "result")
    attempts = []
    for again in stream:
        if again is None:
            continue
        attempts.append((again.index, again.attempt))
        assert len(stream.running) == 1
        stream.ended(again, Failed(again, "died") if again.index == 0 else "result")
    assert sorted(attempts) == [(0, 1), (0, 2), (1, 1)]
    assert stream.left == 0


def test_who_asks_again_before_an_outcome_is_told():
    stream = Stream(iter([[job(0)]]))
    assert [next(stream), next(stream)] == [job(0), None]
    with pytest.raises(Misused, match="after None, before the outcome of one of 1 running jobs"):
        next(stream)


@pytest.mark.parametrize("wrong", [job(7), "job", None])
def test_an_outcome_of_a_job_that_is_not_running_is_told(wrong):
    stream = Stream(iter([[job(0)]]))
    next(stream)
    with pytest.raises(Misused, match="which is not running"):
        stream.ended(wrong, "result")


def test_what_the_waves_raise_is_theirs():
    def waves():
        yield [job(0)]
        raise LookupError("no plan")

    stream = Stream(waves())
    stream.ended(next(stream), "result")
    with pytest.raises(LookupError) as raised:
        next(stream)
    assert stream.error is raised.value
