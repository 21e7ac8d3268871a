"""A run directory in place of a configuration: the run goes on, or is run again, as its own configuration says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from relxfer.declare import seals
from relxfer.errors import UsageError
from relxfer.store.run_directory import MARKER


def named_by(source: Any) -> Path | None:
    """The run directory that is named in place of a configuration; None where it is none."""
    return Path(source) if isinstance(source, str | Path) and os.path.isdir(source) else None


def configuration(source: Any) -> Any:
    """The configuration in the run directory that is named; anything else as it is.

    Raises:
        UsageError: it is another folder, or a run that this user's relxfer did not write, which is data.
    """
    if (folder := named_by(source)) is None:
        return source
    if not (folder / MARKER).exists():
        raise UsageError(
            f"expected a configuration or a run directory, got the folder {folder}, which has no {MARKER}; `relxfer "
            f"init {folder}` writes a configuration for data, `relxfer runs list` shows runs"
        )
    config = folder / "config.toml"
    if not config.is_file():
        raise UsageError(f"expected config.toml in the run {folder}, got none; run the configuration that you have")
    if seals.stranger(config):
        raise UsageError(
            f"expected a run that your relxfer wrote, got {folder}, whose config.toml has no seal of yours or was "
            f"changed since; copy config.toml out of {folder}, read it, and run the copy"
        )
    return config
