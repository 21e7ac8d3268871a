"""The contract of an executor, as a class of tests to inherit from."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from relxfer import Results
from relxfer.contract.executors import Failed
from relxfer.contract.plain import Table
from relxfer.contract.records import Executor
from relxfer.execute.deadline import deadline
from relxfer.testing import blobs, harness
from relxfer.testing.jobs import Done, SmallJob, Squares, Waves
from relxfer.testing.offers import OfferContract

_JOBS = tuple(SmallJob(index, group="ab"[index % 2]) for index in range(5))


class ExecutorContract(OfferContract):
    """Tests of what every executor must fulfil; inherit from it and set `executor`.

    executor  name of the executor
    options   its options in the configuration
    plugins   modules with hooks, for plugins that are not installed
    seconds   after which an executor that has not ended counts as hanging
    """

    record = Executor
    key = "executor"
    executor: str
    seconds = 120.0

    def _run(self, waves: Waves, killed: Sequence[int] = ()) -> list[tuple[SmallJob, Any]]:
        """Every job with what came of it, in the order in which the executor yields them."""
        yielded = []
        with deadline(self.seconds):
            for job, result in self.built().run(Squares(os.getpid(), frozenset(killed)), waves):
                waves.ended(job)
                yielded.append((job, result))
        return yielded

    def _plain(self) -> list[tuple[SmallJob, Any]]:
        """What comes of all jobs where nothing is amiss; done once for all tests of the class."""
        return self.once("_yielded", lambda: self._run(Waves(_JOBS)))

    # ------------------------------------------------------------------ jobs

    def test_its_width_is_a_number(self) -> None:
        width = self.built().width
        assert isinstance(width, int), f"expected width, how many jobs run at a time, got {width!r}"
        assert width >= 1, f"expected a width of at least 1, got {width}"

    def test_every_job_comes_back_once(self) -> None:
        yielded = self._plain()
        counted = Counter(job for job, _ in yielded)
        lost, twice = [j.name for j in _JOBS if j not in counted], [j.name for j, n in counted.items() if n > 1]
        assert not lost, f"expected an outcome of every job, got none of {', '.join(lost)}"
        assert not twice, f"expected one outcome of each job, got several of {', '.join(twice)}"
        for job, result in yielded:
            assert isinstance(result, Done), f"expected the result of the work as it is, got {result!r}"
            assert result.square == job.index**2, f"expected the result of {job.name}, got that of another job"

    def test_jobs_that_depend_on_others_come_later(self) -> None:
        """The stream has nothing to start (None) until the jobs of a wave have ended."""
        waves = Waves(_JOBS[:2], _JOBS[2:3], _JOBS[3:])
        yielded = self._run(waves)
        assert {job for job, _ in yielded} == set(_JOBS), "expected the jobs of every wave"
        assert not waves.misused, "expected an outcome after None, before the stream is asked again"

    def test_no_job_at_all_is_no_error(self) -> None:
        assert self._run(Waves(())) == []

    def test_a_killed_worker_costs_its_job_only(self) -> None:
        """The job comes back as `Failed` with a reason; given again, it is done; no other job is lost or repeated."""
        if self._in_this_process():
            pytest.skip("the executor runs jobs in the process of the run")
        yielded, again = [], SmallJob(2, attempt=1)
        waves = Waves(_JOBS, [again])
        with deadline(self.seconds):
            for job, result in self.built().run(Squares(os.getpid(), frozenset([2])), waves):
                waves.ended(job)
                yielded.append((job, result))
        counted = Counter(job for job, _ in yielded)
        assert counted == Counter([*_JOBS, again]), f"expected each job once, got {dict(counted)}"
        failed = next(result for job, result in yielded if job == _JOBS[2])
        assert isinstance(failed, Failed), f"expected Failed of a job whose worker was killed, got {failed!r}"
        assert failed.reason.strip(), "expected a reason in words"
        assert failed.job == _JOBS[2], "expected the job that failed in Failed"
        others = [result for job, result in yielded if job != _JOBS[2]]
        assert all(isinstance(result, Done) for result in others), "expected other jobs to be done"

    def test_it_leaves_no_process_behind(self) -> None:
        """Neither at its end, nor where the run is interrupted after the first outcome."""
        if self._in_this_process():
            pytest.skip("the executor runs jobs in the process of the run")
        started = {result.process for _, result in self._plain() if isinstance(result, Done)}
        waves = Waves(_JOBS)
        with deadline(self.seconds):
            running = self.built().run(Squares(os.getpid()), waves)
            _, result = next(running)
            running.close()
        left = _alive(started | {result.process})
        assert not left, f"expected its processes to end with it, got {len(left)} that are there after 10 seconds"

    def _in_this_process(self) -> bool:
        return {result.process for _, result in self._plain() if isinstance(result, Done)} == {os.getpid()}

    # ------------------------------------------------------------------ the engine

    def test_a_run_has_the_results_of_a_serial_one(self, tmp_path: Path) -> None:
        """And observers see every validation point, wherever the cell runs."""
        results, seen = {}, {}
        for name, executor in (("serial", "serial"), ("tested", {"use": self.executor, **self.options})):
            observer = harness.Observer()
            config = {**self.config(), "executor": executor}
            results[name] = harness.run(config, tmp_path / name, [blobs, *self.plugins, observer])
            seen[name] = (observer.cells, observer.points)
        assert _told(results["tested"]) == _told(results["serial"]), "expected the cells of a serial run"
        assert seen["tested"] == seen["serial"], (
            f"expected (cells, validation points) {seen['serial']} to be observed, got {seen['tested']}"
        )

    def config(self) -> Table:
        """The configuration of the run; override it for an executor that needs another one."""
        return {
            "name": "contract",
            "seeds": 2,
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": ["blobs-source"], "training": {"steps": 2}, "shared": True},
            "target": {"dataset": "blobs-target"},
            "training": {"steps": 4, "validations": 2},
            "strategy": [{"use": "finetune"}],
            "report": {"baselines": False},
        }


def _told(results: Results) -> list[tuple[object, ...]]:
    return [(c.strategy, c.seed, c.status, c.id, {k: round(v, 4) for k, v in c.metrics.items()}) for c in results.cells]


def _alive(processes: set[int]) -> list[int]:
    """The processes of these numbers that are there after a while."""
    until = time.monotonic() + 10
    while (left := [number for number in processes if _is_there(number)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _is_there(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        pass
    try:
        os.kill(number, 0)
    except OSError:
        return False
    return True
