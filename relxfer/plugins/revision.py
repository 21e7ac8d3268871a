"""The version of the code that runs: that of the release, and the commit of the tree that it comes from."""

from __future__ import annotations

import functools
import importlib.metadata
import re
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
    # not `git describe --dirty`, which writes the index: a git of the user at the same time would find it locked
    asked = ["git", "--no-optional-locks", "-C", str(root), "status", "--porcelain=v2", "--branch", "-uno"]
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout
        if found := re.search("^# branch.oid ([0-9a-f]{10})", said, re.MULTILINE):
            return found[1] + ".dirty" * bool(re.search("^[^#]", said, re.MULTILINE))
    return None


def _of_wheel() -> str | None:
    with suppress(importlib.metadata.PackageNotFoundError):
        return (importlib.metadata.distribution("relxfer").read_text(_KEPT) or "").strip() or None
    return None
