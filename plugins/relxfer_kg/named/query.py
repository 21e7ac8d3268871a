"""A query on a database as a source of facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from relxfer.contract.options import Options, UserFile, UserOnly


class Query(Options):
    """The rows of a query on a database file: head, relation, tail."""

    database: UserFile
    """A database of SQLite or DuckDB; nothing is written to it."""
    query: Annotated[str, UserOnly, Field(min_length=1)]
    """One SELECT with three columns. It reads this file alone, and writes nowhere."""
