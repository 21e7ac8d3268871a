"""Where and with what a run was made; kept beside the results, never part of a fingerprint."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from relxfer import __version__

#: Distributions whose versions are worth knowing when a number does not reproduce.
_LIBRARIES = ("torch", "torch-geometric", "numpy", "scipy", "numba", "pydantic", "pluggy", "safetensors")


def collect(distributions: Iterable[str], threads: int | None, device: str) -> dict[str, Any]:
    """A JSON record of machine, versions, threads, device and command."""
    return {
        "relxfer": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cpus": os.cpu_count(),
        "threads": threads,
        "device": device,
        "command": sys.argv,
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "versions": {name: _version(name) for name in (*_LIBRARIES, *sorted(set(distributions)))},
    }


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What changed since the run began and can change bits: threads, device, processor, torch."""
    if "versions" not in before:
        return ["where it began is not known any more"]
    changed = [key for key in ("threads", "device", "processor") if before.get(key) != now.get(key)]
    lines = [f"{key} was {before.get(key)}, is now {now.get(key)}" for key in changed]
    old, new = before.get("versions", {}).get("torch"), now["versions"]["torch"]
    return lines if old == new else [*lines, f"torch was {old}, is now {new}"]


class PeakMemory:
    """Peak resident memory of this process since construction, in MB; None where the system does not tell."""

    def __init__(self) -> None:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM; Linux only

    def megabytes(self) -> float | None:
        try:
            lines = Path("/proc/self/status").read_text().splitlines()
            peak = next(line for line in lines if line.startswith("VmHWM"))
            return int(peak.split()[1]) / 1024
        except (OSError, StopIteration):
            return _peak_by_resource()


def cores() -> int:
    """Cores that this process may use.

    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _peak_by_resource() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def processor() -> str:
    """Its name, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
