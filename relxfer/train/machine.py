"""The machine: processor, cores, threads, and the peak memory of this process."""

from __future__ import annotations

import os
import platform
import sys
import time
from contextlib import suppress
from pathlib import Path

_IMPORTED = time.time()


class PeakMemory:
    """The peak resident memory of this process since the object was created, or outside of Linux since its start."""

    def __init__(self) -> None:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM; Linux only

    def megabytes(self) -> float | None:
        """The peak in megabytes; None if the system does not report it."""
        try:
            lines = Path("/proc/self/status").read_text().splitlines()
            peak = next(line for line in lines if line.startswith("VmHWM"))
            return int(peak.split()[1]) / 1024
        except (OSError, StopIteration):
            return _peak_by_resource()


def started() -> float:
    """When this process started, in seconds since 1970; outside of Linux, when this module was imported."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return time.time() - (time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError, AttributeError):
        return _IMPORTED


def cores() -> int:
    """The number of cores that this process may use.

    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def set_threads(threads: int) -> None:
    """Set the number of torch's threads, which compiled code of plugins uses too."""
    import torch

    torch.set_num_threads(threads)


def available_threads(wanted: int | None) -> int:
    """The number of threads to use.

    wanted  by the configuration, limited to the number of cores; None: torch's default
    """
    import torch

    return min(wanted, cores()) if wanted else torch.get_num_threads()


def processor() -> str:
    """The name of the processor, as precisely as the system reports it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _peak_by_resource() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024
