"""Reading Parquet: cells by column, and no more of them than a file of that size can plausibly hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from relxfer.contract.messages import shown
from relxfer.errors import DataError, NotInstalled
from relxfer.store import bounded

#: A file may hold `FREE` cells, and `PER_BYTE` more for each of its bytes, since a column of equal values is tiny.
FREE = 2_000_000
PER_BYTE = 100


def names(path: Path) -> list[str]:
    """The names of the columns; a .gz is unpacked.

    Raises:
        DataError: it is not a Parquet file, two columns have the same name, or pyarrow is not installed.
    """
    return _with_file(path, _names)


def unreadable(path: Path) -> dict[str, str]:
    """Name -> type of the columns that `read` refuses, such as bytes.

    Raises:
        DataError: as `names`.
    """
    return _with_file(path, lambda file, size: _refused(file.schema_arrow, _names(file, size)))


def read(path: Path, wanted: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """The cells of these columns, or of all, in the order of the file; text is stripped of white space.

    Equal text in many rows is one object.

    Raises:
        DataError: as `names`; or the file holds more than its size allows.
    """
    return _with_file(path, lambda file, size: _cells(file, size, path, wanted))


def library() -> Any:
    """pyarrow, its module `parquet` loaded; `NotInstalled` says how to get it."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise NotInstalled("pyarrow", "Parquet", "tables", "use .csv") from None
    return pyarrow


def _with_file(path: Path, work: Callable[[Any, int], Any]) -> Any:
    pyarrow = library()
    open_ = pyarrow.parquet.ParquetFile
    try:
        data = bounded.read(path)
        with open_(pyarrow.BufferReader(data)) as plain:
            texts = [field.name for field in plain.schema_arrow if _is_text(pyarrow, field.type)]
        with open_(pyarrow.BufferReader(data), read_dictionary=texts) as file:
            return work(file, len(data))
    except DataError as error:
        raise DataError(str(error) if str(path) in str(error) else f"{path}: {error}") from None
    except (OSError, KeyError, ValueError, *bounded.BROKEN, pyarrow.ArrowException) as error:
        got = getattr(error, "strerror", None) or error
        raise DataError(
            f"{path}: expected a Parquet file, got one that cannot be read ({got}); save it again, or as .csv"
        ) from None


def _is_text(pyarrow: Any, kind: Any) -> bool:
    return pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)


def _names(file: Any, size: int) -> list[str]:
    columns = list(file.schema_arrow.names)
    for name in columns:
        if columns.count(name) > 1:
            raise DataError(f"expected a different name for every column, got {name!r} twice; rename one")
    return columns


def _cells(file: Any, size: int, path: Path, wanted: Sequence[str] | None) -> dict[str, list[Any]]:
    chosen = _names(file, size) if wanted is None else [name for name in _names(file, size) if name in wanted]
    _check_kinds(file.schema_arrow, chosen)
    _check_size(file.metadata, size, chosen)
    table = file.read(columns=chosen)
    return {name: [cell for chunk in table[name].chunks for cell in _values(chunk)] for name in chosen}


def _check_kinds(schema: Any, chosen: Sequence[str]) -> None:
    """Allow values of one size, and text, whose copies are one object; other bytes could be repeated endlessly."""
    for name, kind in _refused(schema, chosen).items():
        raise DataError(
            f"expected text, numbers, booleans, dates or lists of numbers, got {kind} in the column "
            f"{shown(name)}; convert it, or save the table as .csv"
        )


def _refused(schema: Any, chosen: Sequence[str]) -> dict[str, str]:
    from pyarrow import types

    refused = {}
    for field in (schema.field(name) for name in chosen):
        inner = field.type.value_type if types.is_list(field.type) else field.type
        plain = types.is_primitive(inner) or types.is_decimal(inner) or types.is_null(inner)
        text = field.type.value_type if types.is_dictionary(field.type) else field.type
        if not (plain or types.is_string(text) or types.is_large_string(text)):
            refused[field.name] = str(field.type)
    return refused


def _check_size(metadata: Any, size: int, chosen: Sequence[str]) -> None:
    """Check the counts in the file's metadata, before anything is decoded: cells, and the bytes they unpack to."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    columns = [group.column(i) for group in groups for i in range(group.num_columns)]
    read = [column for column in columns if _within(column.path_in_schema, chosen)]
    cells, held = sum(c.num_values for c in read), sum(c.total_uncompressed_size for c in read)
    most_cells, most_bytes = FREE + PER_BYTE * size, bounded.most_unpacked(size)
    if cells > most_cells or held > most_bytes:
        raise DataError(
            f"expected at most {most_cells:,} cells in {most_bytes:,} bytes, for a Parquet file of {size:,} bytes, got "
            f"{cells:,} in {held:,}, as in a decompression bomb. If you trust it, save it as .csv"
        )


def _within(path: str, chosen: Sequence[str]) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in chosen)


def _values(column: Any) -> list[Any]:
    """Text is decoded once for each different value: a long one in many rows would fill the memory."""
    if hasattr(column, "dictionary"):
        kinds = [kind.strip() if isinstance(kind, str) else kind for kind in column.dictionary.to_pylist()]
        return [None if place is None else kinds[place] for place in column.indices.to_pylist()]
    return column.to_pylist()
