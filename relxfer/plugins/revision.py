"""The version of the code that runs: that of the release, and the commit of the tree that it comes from."""

from __future__ import annotations

import functools
import importlib.metadata
import subprocess
from contextlib import suppress
from pathlib import Path

from relxfer import __version__

#: Where a wheel keeps its commit, in its metadata, which no fingerprint covers; `hatch_build.py` writes it.
_KEPT = "extra_metadata/COMMIT"


@functools.cache
def version() -> str:
    """Such as `0.1.0+g1a2b3c4d5e`, with `.dirty` where files differ from the commit; without git the release alone.

    >>> version().partition("+")[0] == __version__
    True
    """
    commit = of_checkout(Path(__file__).resolve().parents[2]) or _of_wheel()
    return f"{__version__}+g{commit}" if commit else __version__


def of_checkout(root: Path) -> str | None:
    """The commit of a checkout, by git; None for any other folder."""
    if not (root / ".git").exists():
        return None
    asked = ["git", "-C", str(root), "describe", "--always", "--dirty=.dirty", "--abbrev=10", "--exclude=*"]
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout.strip() or None
    return None


def _of_wheel() -> str | None:
    with suppress(importlib.metadata.PackageNotFoundError):
        return (importlib.metadata.distribution("relxfer").read_text(_KEPT) or "").strip() or None
    return None
