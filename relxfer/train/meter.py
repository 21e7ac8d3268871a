"""What a training costs this process: wall time, CPU time, memory, and energy where codecarbon is installed."""

from __future__ import annotations

import logging
import time
import warnings
from functools import cache
from typing import Any

from relxfer.train.machine import PeakMemory


class Meter:
    """Measures what is done while it is entered, also where that raises.

    The peak of memory goes on until it is asked for.

    seconds      of wall time, when it is left
    cpu_seconds  of all threads
    energy_wh    None where nothing measures it

    >>> with Meter() as meter:
    ...     pass
    >>> meter.seconds >= 0, meter.cpu_seconds >= 0
    (True, True)
    """

    seconds: float
    cpu_seconds: float
    energy_wh: float | None

    def __enter__(self) -> Meter:
        self._energy = Energy()
        self._peak = PeakMemory()
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._wall
        self.cpu_seconds = time.process_time() - self._cpu
        self.energy_wh = self._energy.stop()

    @property
    def peak_mb(self) -> float | None:
        """Peak resident memory of this process in MB; None if the system does not report it."""
        return self._peak.megabytes()


class Energy:
    """Measures energy with codecarbon, if it is installed (extra `energy`); it asks nothing of the network."""

    def __init__(self) -> None:
        self._task = ""
        if (tracker := _tracker()) is None:
            return
        try:
            with _quietly():
                self._task = f"relxfer {time.perf_counter_ns()}"
                tracker.start_task(self._task)
        except Exception:  # whatever it is, a training must not end for it
            self._task = ""

    def stop(self) -> float | None:
        """Watt hours of this process since this object was created; None where nothing measures them."""
        tracker, task, self._task = _tracker(), self._task, ""
        if tracker is None or not task:
            return None
        try:
            with _quietly():
                return 1000 * float(tracker.stop_task(task).energy_consumed)
        except Exception:
            return None


@cache
def _tracker() -> Any:
    """The tracker of this process, which is started once; None if codecarbon is not installed, or does not start.

    The country only decides how energy is converted to emissions, which are not read.
    """
    try:
        with _quietly():
            from codecarbon import OfflineEmissionsTracker

            return OfflineEmissionsTracker(
                country_iso_code="USA",
                output_methods=[],
                log_level="critical",
                allow_multiple_runs=True,
                tracking_mode="process",
            )
    except Exception:
        return None


class _quietly(warnings.catch_warnings):
    """Without the warnings and the log of codecarbon."""

    def __enter__(self) -> Any:
        made = super().__enter__()
        warnings.simplefilter("ignore")
        logging.getLogger("codecarbon").disabled = True
        return made
