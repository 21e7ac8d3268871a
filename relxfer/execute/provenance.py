"""Where and with what a run was made; kept beside the results, never part of a fingerprint."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Iterable
from typing import Any

from relxfer import __version__
from relxfer.train.machine import processor

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


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
