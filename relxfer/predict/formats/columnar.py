"""Answers as Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from relxfer.contract.plain import Value
from relxfer.predict.formats.blocks import Block, encoded, gathered, kinds
from relxfer.store import files, parquet

#: The least number of rows in a row group.
_GROUP = 1 << 16


def parquet_table(columns: Sequence[str], blocks: Iterable[Block], path: Path) -> int:
    """Write .parquet; return the number of rows.

    Raises:
        DataError: pyarrow is not installed.
    """
    pa = parquet.library()
    types = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in zip(columns, kinds(columns), strict=True)])
    count = 0
    with files.writing(path) as stream, pa.parquet.ParquetWriter(stream, schema) as writer:
        for of in gathered(blocks, _GROUP):
            arrays = [_array(column, field.type, pa) for column, field in zip(of, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
            count += len(of[0])
    return count


def _array(column: Sequence[Value], kind: Any, pa: Any) -> Any:
    if kind != pa.string():
        return pa.array(column, kind)
    return pa.array([encoded(str(value)) for value in column], pa.binary()).cast(pa.string())
