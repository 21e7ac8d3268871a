"""What rounds took by the clock, kept in the run directory, so that a race that goes on decides the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from relxfer.choose.recommending import kept


class Clock:
    """Seconds of the rounds of a race. Those of a round that was kept before are not measured again."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.perf_counter):
        self._folder, self._now, self._since = folder, now, now()

    def took(self, rounds: int) -> float:
        """Seconds of so many rounds, the last of which has just ended."""
        known = kept.read(self._folder).get("took", [])
        now = self._now()
        if len(known) < rounds:
            known = [*known, *[0.0] * (rounds - len(known) - 1), now - self._since]
            kept.write(self._folder, took=known)
        self._since = now
        return float(sum(known[:rounds]))
