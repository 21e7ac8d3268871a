"""Entities of XML: those of ontologies abbreviate names; others make a thousand bytes into a thousand gigabytes."""

from __future__ import annotations

import re
from pathlib import Path

from relxfer.errors import DataError
from relxfer.store import bounded

_ENTITY = re.compile(rb"<!ENTITY\b")
_HARMLESS = re.compile(rb"""<!ENTITY\s+[\w.:-]{1,100}\s+(?:"[^"&%<]{0,200}"|'[^'&%<]{0,200}')\s*>""")
#: Longer than any that is harmless.
_LONGEST = 512


def harmless(path: Path) -> None:
    """Check that every entity that a file declares stands for a short text.

    Raises:
        DataError: one is long, or made of others, or is another file.
    """
    rest = b""
    with bounded.text_stream(path) as stream:
        while part := stream.read(1 << 18):
            part = rest + part
            unclear = (found.start() for found in _ENTITY.finditer(part) if not _HARMLESS.match(part, found.start()))
            start = next(unclear, max(0, len(part) - len("<!ENTITY")))
            if len(part) - start > _LONGEST:
                raise DataError(_refusal(path))
            rest = part[start:]
    if _ENTITY.match(rest):
        raise DataError(_refusal(path))


def _refusal(path: Path) -> str:
    return (
        f"{path}: expected XML entities that stand for at most 200 characters, got one that is longer, made of others, "
        "or another file; write it out where it is used"
    )
