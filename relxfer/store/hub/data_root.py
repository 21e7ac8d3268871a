"""The folder for everything that is downloaded, and whose turn it is to write there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relxfer.errors import DataError


def data_root() -> Path:
    """The folder for downloaded files: `RELXFER_DATA`, or one in the user's cache."""
    if root := os.environ.get("RELXFER_DATA"):
        return Path(root)
    import platformdirs

    return Path(platformdirs.user_cache_dir("relxfer")) / "data"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let only one process at a time enter the block for a path; creates the folder of the path.

    Raises:
        DataError: the folder cannot be written.
    """
    from filelock import FileLock

    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise DataError(
            f"Cannot write in {path.parent}: {error.strerror or error}. Correct its permissions, or set RELXFER_DATA "
            "to another folder."
        ) from None
    try:
        yield
    finally:
        lock.release()
