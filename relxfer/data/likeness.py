"""What a file or folder looks like, for a message where no reader understands it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.reading import ENDINGS, Expected, read
from relxfer.data.tables.table import Table
from relxfer.errors import DataError
from relxfer.store import bounded, database
from relxfer.store.endings import ending

#: What files begin with, what they are then, and what can be done about it.
_BEGINNINGS = (
    (b"%PDF", "a PDF document", "save its data as a table (.csv)"),
    (b"\xd0\xcf\x11\xe0", "a document of Microsoft Office", "save its data as a table (.csv)"),
    (b"Rar!", "an archive", "unpack it, and name the folder"),
    (b"7z\xbc\xaf", "an archive", "unpack it, and name the folder"),
    (b"\xff\xd8\xff", "a picture", "name the folder that holds it"),
    (b"\x89PNG", "a picture", "name the folder that holds it"),
    (b"GIF8", "a picture", "name the folder that holds it"),
    (b"\x89HDF", "an HDF5 file", "save its arrays as .npz, or its tables as .csv"),
    (
        b"\x80\x04",
        "a pickle",
        "it could run code, and is not loaded: save its arrays as .npz, or its tables as .csv",
    ),
)
_ZIPS = {".xlsx": "an Excel workbook", ".ods": "a spreadsheet", ".docx": "a text document"}
#: How many columns and kinds of files are named.
_MOST = 6


def likeness(path: Path) -> tuple[str, str]:
    """What it looks like, and what can be done.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "paper.pdf"
    >>> path.write_bytes(b"%PDF-1.7") and likeness(path)
    ('a PDF document', 'save its data as a table (.csv)')
    """
    if path.is_dir():
        return _folder(path)
    try:
        with path.open("rb") as stream:
            first = stream.read(16)
    except OSError as error:
        return f"what cannot be read ({error.strerror})", "check its permissions"
    if not first:
        return "an empty file", "name another"
    if first.startswith(b"PK\x03\x04") and ending(path) != ".npz":
        document = _ZIPS.get(ending(path))
        return (document, "save its data as .csv") if document else ("an archive", "unpack it, and name the folder")
    for begins, what, do in _BEGINNINGS:
        if first.startswith(begins):
            return what, do
    if database.is_database(path):
        return "a database", "write what to select from it, as query in a configuration"
    return _text(path)


def _folder(path: Path) -> tuple[str, str]:
    files = [file for file in sorted(path.iterdir()) if not file.name.startswith(".")]
    if not files:
        return "an empty folder", "name another"
    kinds = Counter("folders" if file.is_dir() else ending(file) or "files without an ending" for file in files)
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common(_MOST))
    return f"a folder with {listed}", "name one of its files, or another folder"


def _text(path: Path) -> tuple[str, str]:
    try:
        table = read(path, Expected("rows"), BadRowList("rows", skip=True)) if ending(path) in ENDINGS else None
        text = "" if table else bounded.text(path)
    except (DataError, OSError, UnicodeDecodeError, *bounded.BROKEN):
        return "neither text nor another format that is known", "save it as a table (.csv), or as .npz"
    if table is None or table.width == 1:
        lines = len(text.splitlines()) if table is None else len(table)
        return f"a text of {lines:,} lines without columns", "name another"
    return _table(table), (
        "rows of features alone are not read; if it is something else, say which columns are meant (--columns, "
        "--label), or which reader (--reader)"
    )


def _table(table: Table) -> str:
    names = ", ".join(table.names[:_MOST]) if table.names else ", ".join(table.row(0)[:_MOST])
    more = ", ..." * (table.width > _MOST)
    return f"a table of {len(table):,} rows and {table.width} columns ({names}{more})"
