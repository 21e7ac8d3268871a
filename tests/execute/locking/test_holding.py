"""A run under a lock: it is refused where anything differs, and says so where it goes on without asking."""

from __future__ import annotations

import shutil

import pytest

from relxfer import Results
from relxfer.declare import resolve
from relxfer.errors import UsageError
from relxfer.execute.runner import locked, run
from relxfer.plan.lock import Lock
from relxfer.store.run_directory import LOCKED
from relxfer.testing import blobs, harness


@pytest.fixture
def bench(small):
    """Locks and runs configurations of the blobs."""
    return Bench(small)


class Bench:
    def __init__(self, small):
        self.config, self.folder = small.config, small.folder / "run"

    def _planned(self, changes):
        plugins = harness.plugins_with([blobs])
        return resolve.load(self.config | changes, plugins), plugins

    def lock(self, **changes) -> Lock:
        return locked(*self._planned(changes))

    def run(self, lock=None, fresh=False, **changes) -> Results:
        return run(*self._planned(changes), self.folder, fresh=fresh, lock=lock)


def values(results):
    return [(cell.id, cell.evaluation, cell.sha, cell.metrics) for cell in results.cells]


def test_a_run_under_its_lock_says_so_and_gives_the_same_bits(bench):
    lock = bench.lock()
    held = bench.run(lock)
    assert held.lock.differs == ()
    assert held.lock.others == 0
    assert held.lock.sha256 == lock.sha256
    assert Lock.read(bench.folder / LOCKED) == lock
    assert Results.open(bench.folder).lock == held.lock
    shutil.rmtree(bench.folder)
    free = bench.run()
    assert free.lock is None
    assert values(free) == values(held)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seeds": [0, 1, 2]}, r"got another configuration \(seeds\); restore that"),
        ({"training": {"steps": 3}}, r"another configuration \(training\)"),
        (
            {
                "target": {
                    "name": "t",
                    "dataset": {"use": "blobs-target", "shuffle_test": 1},
                    "label_budgets": [6, "all"],
                }
            },
            "got another data of the target t; restore that",
        ),
    ],
)
def test_what_is_not_locked_is_refused_before_anything_is_written(bench, changes, told):
    with pytest.raises(UsageError, match=told):
        bench.run(bench.lock(), **changes)
    assert not (bench.folder / LOCKED).exists()
    assert not (bench.folder / "cells").exists()


def test_a_refusal_deletes_nothing(bench):
    before = bench.run()
    with pytest.raises(UsageError, match="seeds"):
        bench.run(bench.lock(), fresh=True, seeds=[0, 1, 2])
    assert Results.open(bench.folder).cells == before.cells


def test_a_test_that_was_opened_before_is_told(bench):
    bench.run()
    lock = bench.lock()
    with pytest.raises(UsageError, match=r"no test was opened before it has this lock, got .*; choose another --out"):
        bench.run(lock)
    assert bench.run(lock, fresh=True).lock.differs == ()


def test_a_finished_run_takes_no_other_lock(bench):
    first = bench.lock()
    bench.run(first)
    other = bench.lock(name="x", seeds=[0, 1])
    assert first.sha256 != other.sha256
    with pytest.raises(UsageError, match="no test was opened before it has this lock"):
        bench.run(other)
    assert bench.run(first).lock.sha256 == first.sha256


def test_more_seeds_without_asking_are_told(bench):
    lock = bench.lock()
    bench.run(lock)
    with pytest.warns(RuntimeWarning, match=r"not run as it was locked: another configuration \(seeds\); the report"):
        held = bench.run(seeds=[0, 1, 2])
    assert held.lock.differs == ("configuration (seeds)",)
    assert held.lock.others == 0


def test_what_else_the_test_was_opened_for_is_counted(bench):
    lock = bench.lock()
    bench.run(lock)
    with pytest.warns(RuntimeWarning, match="training"):
        bench.run(training={"steps": 3, "batch_size": 8, "validations": 1})
    again = bench.run(lock)
    assert again.lock.differs == ()
    assert again.lock.others == 4


def test_a_run_that_was_moved_is_still_under_its_lock(bench, tmp_path):
    lock = bench.lock()
    bench.run(lock)
    shutil.move(bench.folder, tmp_path / "moved")
    assert Results.open(tmp_path / "moved").lock.sha256 == lock.sha256
    bench.folder = tmp_path / "moved"
    assert bench.run(lock).lock == Results.open(tmp_path / "moved").lock


def test_starting_afresh_without_it_gives_the_lock_up(bench):
    bench.run(bench.lock())
    assert bench.run(fresh=True).lock is None
    assert not (bench.folder / LOCKED).exists()


def test_a_damaged_lock_in_the_run_is_told(bench):
    bench.run(bench.lock())
    (bench.folder / LOCKED).write_text("{")
    with pytest.raises(UsageError, match=r"expected at .*locked.json a file that `relxfer lock` wrote"):
        bench.run()
