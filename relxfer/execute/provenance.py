"""Where and with what a run was made; kept beside the results, never part of a fingerprint."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from relxfer import __version__
from relxfer.errors import RelxferError
from relxfer.results.records import Provenance
from relxfer.store import files
from relxfer.store.run_directory import MARKER, Store
from relxfer.train.machine import processor

#: Distributions whose versions are worth knowing when a number does not reproduce.
_LIBRARIES = ("torch", "torch-geometric", "numpy", "scipy", "numba", "pydantic", "pluggy", "safetensors")


def collect(distributions: Iterable[str], threads: int | None, device: str) -> Provenance:
    """Machine, versions, threads, device and command of this process."""
    return Provenance(
        relxfer=__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        processor=processor(),
        cpus=os.cpu_count(),
        threads=threads,
        device=device,
        command=tuple(sys.argv),
        started=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        versions={name: _version(name) for name in (*_LIBRARIES, *sorted(set(distributions)))},
    )


def write(store: Store, made: Provenance) -> None:
    store.write(MARKER, asdict(made))


def read(store: Store) -> Provenance | None:
    """What was written there; None where the record is damaged, for it decides no result."""
    try:
        return TypeAdapter(Provenance).validate_json(files.to_json(store.read(MARKER)), strict=True)
    except (RelxferError, ValidationError):
        return None


def differences(before: Provenance | None, now: Provenance) -> list[str]:
    """What changed since the run began and can change bits: threads, device, processor, torch."""
    if before is None:
        return ["where it began is not known any more"]
    pairs = {
        "threads": (before.threads, now.threads),
        "device": (before.device, now.device),
        "processor": (before.processor, now.processor),
        "torch": (before.versions.get("torch"), now.versions["torch"]),
    }
    return [f"{name} was {was}, is now {is_now}" for name, (was, is_now) in pairs.items() if was != is_now]


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
