"""Where a saved configuration was written, so that its absolute paths can be found again when it was moved."""

from __future__ import annotations

import json
from pathlib import Path

from relxfer.store.json_text import dumps

_LINE = "# written in "


def line(folder: Path) -> str:
    """The first line of a configuration that is saved in a folder.

    >>> line(Path("/runs/first"))
    '# written in "/runs/first"\\n'
    """
    return f"{_LINE}{dumps(str(folder.resolve()))}\n"


def before(config: Path) -> str | None:
    """The folder in which a saved configuration was written, if it has been moved since; None for any other file.

    Where an absolute path in it leads nowhere, the same way from that folder is tried from where it is now, because
    data may have been moved with it.
    """
    try:
        first, end, _ = config.read_text(encoding="utf-8").partition("\n")
        folder = json.loads(first.removeprefix(_LINE)) if end and first.startswith(_LINE) else None
    except (OSError, ValueError, RecursionError):
        return None
    return folder if isinstance(folder, str) and folder != str(config.resolve().parent) else None
