"""A query on a database of the user's, in the place of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from relxfer.contract.options import Options, UserFile, UserOnly


class Query(Options):
    """The rows of a query on a database file."""

    database: UserFile
    """A database of SQLite or DuckDB; nothing is written to it."""
    query: Annotated[str, UserOnly, Field(min_length=1)]
    """One SELECT. It reads this file alone, and writes nowhere."""


def file_of(given: Path | Query) -> Path:
    """The file that is given, or the database of a query.

    >>> file_of(Path("edges.csv")).name
    'edges.csv'
    """
    return given.database if isinstance(given, Query) else given
