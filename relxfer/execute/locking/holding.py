"""Holding a run to its lock: what is not locked is refused, or told."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from relxfer.errors import UsageError
from relxfer.execute.engine import Engine
from relxfer.execute.locking.taking import take
from relxfer.plan.cells import PlannedCell
from relxfer.plan.lock import Lock, name, when
from relxfer.results.lock_check import LockCheck
from relxfer.results.records import CellResult
from relxfer.store import files
from relxfer.store.run_directory import LOCKED, Store


@dataclass(frozen=True)
class Held:
    """A run with the lock of its directory; None: it has none.

    differs  in what the run differs from it, in words
    """

    lock: Lock | None = None
    differs: tuple[str, ...] = ()

    def keep(self, store: Store) -> None:
        """Keep the lock in the run directory."""
        if self.lock is not None:
            files.write_json(store.folder / LOCKED, self.lock.card)

    def check(self, store: Store, cells: Sequence[CellResult]) -> LockCheck | None:
        """What the results, which have these cells, have to do with the lock."""
        if self.lock is None:
            return None
        others = len(store.evaluated() - {cell.evaluation for cell in cells})
        return LockCheck(sha256=self.lock.sha256, locked=self.lock.locked, differs=self.differs, others=others)


def hold(engine: Engine, plan: Sequence[PlannedCell], given: Lock | None, fresh: bool) -> Held:
    """Compare a plan with the lock that is given, or else with that of the run directory.

    given  what differs from it is refused
    fresh  whether earlier results, and their lock, will be deleted

    Raises:
        UsageError: the plan is not what was locked; or a test was opened in the directory before it had this lock.
    """
    kept = None if fresh else lock_of(engine.store)
    lock = given or kept
    if lock is None:
        return Held()
    if given is not None and not fresh and (kept is None or given.sha256 != kept.sha256):
        _require_unopened(engine.store)
    differs = lock.differences(take(engine, plan))
    if given is not None:
        require(given, differs)
    if differs:
        said = f"{engine.store.folder} is not run as it was locked: another {', another '.join(differs)}"
        warnings.warn(f"{said}; the report will say so", RuntimeWarning, stacklevel=3)
    return Held(lock, tuple(differs))


def lock_of(store: Store) -> Lock | None:
    """The lock that a run directory keeps, if there is one."""
    path = store.folder / LOCKED
    return Lock.read(path) if path.exists() else None


def require(lock: Lock, differs: Sequence[str]) -> None:
    """Raise `UsageError` where something differs from a lock."""
    if differs:
        raise UsageError(
            f"expected what was locked {when(lock.locked)} ({name(lock.sha256)}), got another "
            f"{', another '.join(differs)}; restore that, or lock the new plan with `relxfer lock`, or run without "
            "--lock"
        )


def _require_unopened(store: Store) -> None:
    if store.evaluated():
        raise UsageError(
            f"expected a run in which no test was opened before it has this lock, got {store.folder} with evaluations; "
            "choose another --out, or delete them with --fresh"
        )
