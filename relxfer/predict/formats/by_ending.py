"""The formats of tables by the ending of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from relxfer.predict.formats.blocks import Block
from relxfer.predict.formats.columnar import parquet_table
from relxfer.predict.formats.database import duckdb_table
from relxfer.predict.formats.text import delimited_table, json_lines, json_list

#: Ending -> what writes columns and blocks of rows to a path, and returns the number of rows.
TABLES: Mapping[str, Callable[[Sequence[str], Iterable[Block], Path], int]] = {
    ".tsv": delimited_table,
    ".csv": delimited_table,
    ".json": json_list,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".parquet": parquet_table,
    ".duckdb": duckdb_table,
}
