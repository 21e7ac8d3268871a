"""The folder for everything that is downloaded."""

from __future__ import annotations

import os
from pathlib import Path


def data_root() -> Path:
    """The folder for downloaded files: `RELXFER_DATA`, or one in the user's cache."""
    if root := os.environ.get("RELXFER_DATA"):
        return Path(root)
    import platformdirs

    return Path(platformdirs.user_cache_dir("relxfer")) / "data"
