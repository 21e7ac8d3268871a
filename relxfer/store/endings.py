"""The ending of a file's name, by which a format is guessed."""

from __future__ import annotations

from pathlib import PurePath


def ending(path: PurePath) -> str:
    """In lower case, without .gz.

    >>> ending(PurePath("facts.TSV.gz")), ending(PurePath("README"))
    ('.tsv', '')
    """
    return PurePath(path.name.lower().removesuffix(".gz")).suffix
