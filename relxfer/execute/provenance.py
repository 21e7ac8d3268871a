"""Machine and versions of a run; they are stored beside the results and are in no fingerprint."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import platform
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError

from relxfer.errors import RelxferError
from relxfer.plugins import revision
from relxfer.results.origins import Provenance
from relxfer.store import files
from relxfer.store.run_directory import MARKER, Store
from relxfer.train.machine import processor

#: The name and password in an address.
_LOGIN = re.compile(r"(\w[\w+.-]*://)[^/\s]*@")
#: A change of `--set` to what may hold a key or an address of the user's.
_OPTIONS = re.compile(r"""(--set=)?(\s*["']?(?:observer|executor)\b[^=]*=).*""", re.DOTALL)
#: Distributions whose versions are worth knowing when a number does not reproduce.
_LIBRARIES = ("torch", "torch-geometric", "numpy", "scipy", "numba", "pydantic", "pluggy", "safetensors")


def collect(distributions: Iterable[str], threads: int | None, device: str) -> Provenance:
    """The provenance of this process.

    distributions  whose versions are recorded in addition to those of the libraries
    """
    return Provenance(
        relxfer=revision.version(),
        python=platform.python_version(),
        platform=platform.platform(),
        processor=processor(),
        cpus=os.cpu_count(),
        threads=threads,
        device=device,
        command=command(),
        started=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        versions={
            **{name: _library(name) for name in _LIBRARIES},
            **{name: _version(name) for name in sorted({*distributions} - {*_LIBRARIES})},
        },
    )


def command() -> tuple[str, ...]:
    """The command line of this process with `***` for what may be secret, because a run directory may be handed on.

    These are logins in addresses, and what `--set` gives to observers and executors.
    """
    words = [_LOGIN.sub(r"\1***@", word) for word in sys.argv]
    return tuple(_without_options(before, word) for before, word in zip(["", *words], words, strict=False))


def _without_options(before: str, word: str) -> str:
    """A word of a command line, which may be a change of `--set`."""
    change = before == "--set" or word.startswith("--set=")
    return _OPTIONS.sub(r"\1\2***", word) if change and _OPTIONS.fullmatch(word) else word


def write(store: Store, provenance: Provenance) -> None:
    """Store the provenance of a run."""
    store.write(MARKER, asdict(provenance))


def read(store: Store) -> Provenance | None:
    """The stored provenance of a run; None if the file is damaged, since no result depends on it."""
    try:
        return TypeAdapter(Provenance).validate_json(files.to_json(store.read(MARKER)), strict=True)
    except (RelxferError, ValidationError):
        return None


def differences(before: Provenance | None, now: Provenance) -> list[str]:
    """What changed since the run was started and can change the bits of results: threads, device, processor, torch."""
    if before is None:
        return ["its provenance is damaged, so the conditions of its start are unknown"]
    pairs = {
        "threads": (before.threads, now.threads),
        "device": (before.device, now.device),
        "processor": (before.processor, now.processor),
        "torch": (before.versions.get("torch"), now.versions["torch"]),
    }
    return [f"{name} was {was}, is now {is_now}" for name, (was, is_now) in pairs.items() if was != is_now]


@functools.cache
def _library(name: str) -> str | None:
    """The version of a library, read once: it stays in memory as it was imported."""
    return _version(name)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
