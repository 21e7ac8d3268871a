"""The contract of executors: executors that do not keep it are caught."""

from __future__ import annotations

import os
import sys

import pytest

from relxfer import hookimpl
from relxfer.contract.executors import Failed, batches
from relxfer.contract.records import Executor
from relxfer.testing import ExecutorContract
from relxfer.testing.jobs import Done


class LastFirst:
    """Keeps the contract: the jobs that may start, in reverse order, each in a process of its own (by fork)."""

    width = 1

    def __init__(self, options):
        self.options = options

    def run(self, work, jobs):
        for batch in batches(jobs):
            for job in self.order(batch):
                yield job, self.done(work, job)

    def order(self, batch):
        return reversed(batch)

    def done(self, work, job):
        ends, begins = os.pipe()
        child = os.fork()
        if not child:
            import pickle

            os.close(ends)
            with open(begins, "wb") as pipe:
                pipe.write(pickle.dumps(work(job)))
            os._exit(0)
        os.close(begins)
        with open(ends, "rb") as pipe:
            written = pipe.read()
        os.waitpid(child, 0)
        return self.result(job, written)

    def result(self, job, written):
        import pickle

        return pickle.loads(written) if written else Failed(job, "its process was killed; run again")


class Losing(LastFirst):
    """Loses the last job of each batch."""

    def order(self, batch):
        return batch[:-1] or batch


class Repeating(LastFirst):
    def order(self, batch):
        return [*batch, batch[0]]


class Hiding(LastFirst):
    """Hides a killed worker."""

    def result(self, job, written):
        return super().result(job, written) if written else Done(0, os.getpid())


class Mixing(LastFirst):
    """Gives jobs the results of others."""

    def run(self, work, jobs):
        for batch in batches(jobs):
            yield from zip(batch, [self.done(work, job) for job in reversed(batch)], strict=True)


class Listing(LastFirst):
    """Wants all jobs before it starts one."""

    def run(self, work, jobs):
        for job in [job for job in jobs if job is not None]:
            yield job, self.done(work, job)


class Narrow(LastFirst):
    width = 0


class Lingering(LastFirst):
    """Leaves its process behind."""

    def done(self, work, job):
        child = os.fork()
        if not child:
            import time

            time.sleep(20)
            os._exit(0)
        CHILDREN.append(child)
        return Done(job.index**2, child)


CHILDREN = []
MADE = (LastFirst, Losing, Repeating, Hiding, Mixing, Listing, Narrow, Lingering)


class Plugin:
    __name__ = "executors with faults"

    @hookimpl
    def relxfer_executors(self):
        return [
            Executor(name=each.__name__.lower(), load=f"{__name__}:{each.__name__}", summary="for tests")
            for each in MADE
        ]


def contract(made):
    return type(
        "Planted", (ExecutorContract,), {"executor": made.__name__.lower(), "plugins": (Plugin(),), "seconds": 60}
    )


@pytest.fixture(autouse=True)
def ended():
    yield
    while CHILDREN:
        child = CHILDREN.pop()
        os.kill(child, 9)
        os.waitpid(child, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the executors here fork")
@pytest.mark.parametrize(
    ("made", "test"),
    [
        (Losing, "test_every_job_comes_back_once"),
        (Repeating, "test_every_job_comes_back_once"),
        (Mixing, "test_every_job_comes_back_once"),
        (Hiding, "test_a_killed_worker_costs_its_job_only"),
        (Listing, "test_jobs_that_depend_on_others_come_later"),
        (Narrow, "test_its_width_is_a_number"),
        (Lingering, "test_it_leaves_no_process_behind"),
    ],
)
def test_a_fault_is_caught(made, test, failed):
    assert test in failed(contract(made), test)


@pytest.mark.skipif(sys.platform != "linux", reason="the executors here fork")
def test_an_executor_without_fault_passes(failed):
    assert failed(contract(LastFirst)).keys() <= {"test_a_run_has_the_results_of_a_serial_one"}
