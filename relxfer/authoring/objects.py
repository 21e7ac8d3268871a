"""Objects in memory as options of readers: each becomes a file of the run, and is read as that file would be.

So an object and its file give the same results, and the run can be continued and asked without the object.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from relxfer.errors import DataError

#: The key of the validation context for the `Objects` of a run.
KEY = "objects"


class Objects:
    """The files that the objects of one configuration become, in a folder.

    A configuration may be validated several times; each object is written once.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._made: dict[tuple[int, str], tuple[Any, Path]] = {}

    def file(self, value: Any, name: str, write: Callable[[Path], None]) -> Path:
        """The file of an object, FOLDER/DIGEST/NAME, where DIGEST is of its bytes; `write` writes it to a path.

        Raises:
            DataError: it cannot be written.

        >>> objects = Objects(Path(tempfile.mkdtemp()))
        >>> path = objects.file("Rome", "city.txt", lambda path: print(path.write_text("Rome")))
        4
        >>> path.read_text(), path == objects.file("Rome", "city.txt", print)
        ('Rome', True)
        """
        key = id(value), name
        if key not in self._made:
            self._made[key] = value, self._written(name, write)  # the value is held, so that its id stays its own
        return self._made[key][1]

    def _written(self, name: str, write: Callable[[Path], None]) -> Path:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".") as folder:
                path = Path(folder) / name
                write(path)
                with path.open("rb") as stream:
                    there = self.folder.resolve() / hashlib.file_digest(stream, "sha256").hexdigest()[:16]
                there.mkdir(exist_ok=True)
                shutil.move(path, there / name)
        except OSError as error:
            raise DataError(f"Cannot write {name} in {self.folder}: {error.strerror}. Choose another out.") from None
        return there / name


def of(info: ValidationInfo) -> Objects:
    """Where a validator writes the objects that it is given.

    Raises:
        ValueError: the configuration is in a file, which holds no objects.
    """
    objects = (info.context or {}).get(KEY)
    if not isinstance(objects, Objects):
        raise ValueError("expected a path; objects in memory are taken by relxfer.run and relxfer.check")
    return objects


def is_frame(value: Any) -> bool:
    """Whether it is a table of pandas, polars, pyarrow or another library that can hand it over in Arrow's form.

    >>> is_frame("facts.csv"), is_frame([["Rome", "in", "Italy"]])
    (False, False)
    """
    return hasattr(value, "__arrow_c_stream__") and hasattr(value, "columns") and not isinstance(value, type)


def table_file(value: Any, name: str, info: ValidationInfo) -> Path:
    """The Parquet file, `name`.parquet, of a table in memory.

    Named levels of an index of pandas are columns, before the others; an index without names is none.

    Raises:
        DataError: pyarrow is not installed, or a column holds what no table does.
    """
    return of(info).file(value, f"{name}.parquet", lambda path: _write(arrow(value), path))


def rows_file(rows: Any, names: Sequence[str], name: str, info: ValidationInfo) -> Path:
    """The same of rows of texts, [n, len(names)]."""

    def write(path: Path) -> None:
        _write(_pyarrow().table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), path)

    return of(info).file(rows, f"{name}.parquet", write)


def arrow(value: Any) -> Any:
    """A table in memory as one of pyarrow, whose columns have texts for names."""
    pyarrow = _pyarrow()
    if hasattr(value, "reset_index"):
        value = _without_index(value)
    try:
        table = pyarrow.table(value)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise DataError(
            f"expected a table of texts, numbers, dates and missing values, got one that pyarrow cannot take "
            f"({error}); convert or rename that column"
        ) from None
    for place, column in enumerate(table.columns):
        if pyarrow.types.is_dictionary(column.type):
            table = table.set_column(place, table.column_names[place], _without_categories(pyarrow, column))
    return table


def _without_categories(pyarrow: Any, column: Any) -> Any:
    """A column of categories as one of the texts or numbers that they stand for."""
    kind = column.type.value_type
    kind = pyarrow.large_string() if pyarrow.types.is_string_view(kind) else kind
    return pyarrow.chunked_array([chunk.dictionary.cast(kind).take(chunk.indices) for chunk in column.chunks], kind)


def _pyarrow() -> Any:
    from relxfer.store import parquet

    return parquet.library()


def _without_index(frame: Any) -> Any:
    """A frame of pandas whose columns have texts for names, and its named index among them; mixed columns as texts."""
    doubled = [name for name in frame.index.names if name in frame.columns]
    frame = frame.reset_index(doubled, drop=True) if doubled else frame
    frame = frame.reset_index(drop=all(name is None for name in frame.index.names))
    frame.columns = [str(name) for name in frame.columns]
    mixed = [i for i in range(frame.shape[1]) if _is_mixed(frame.iloc[:, i])]
    for i in mixed:
        frame.isetitem(i, frame.iloc[:, i].map(str, na_action="ignore").astype("object"))
    return frame


def _is_mixed(column: Any) -> bool:
    """Whether a column of Python's objects holds texts and numbers, as one does that was read in parts."""
    if column.dtype != object:
        return False
    kinds = {type(cell) for cell in column.dropna()}
    return len(kinds) > 1 and kinds <= {str, int, float, bool}


def _write(table: Any, path: Path) -> None:
    from pyarrow import parquet

    # Without Arrow's own schema, views are the texts that they stand for.
    parquet.write_table(table, path, compression="none", store_schema=False)
