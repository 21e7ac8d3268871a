"""Tables of the user's: rows of one width, and the line of each for messages."""

from __future__ import annotations

import pytest

from relxfer.authoring import tables
from relxfer.errors import DataError


@pytest.fixture
def table(tmp_path):
    def read(name: str, text: str | bytes, **how) -> tables.Table:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tables.read(path, "facts", **how)

    return read


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "head\ttail\n a \tb, c\n\nd\te\n"),
        ("a.txt", "head\ttail\r\na\tb, c\r\n\r\nd\te"),
        ("a.csv", 'head,tail\n a ,"b, c"\n\nd,e\n'),
        ("a.csv", "head;tail\n a ;b, c\n\nd;e\n"),
    ],
)
def test_rows_and_their_lines(table, name, text):
    found = table(name, text)
    assert [list(row) for row in found.rows] == [["head", "tail"], ["a", "b, c"], ["d", "e"]]
    assert list(found.lines) == [1, 2, 4]
    assert found.where(2) == f"{found.path}:4"
    assert found.columns() == {"head": ["a", "d"], "tail": ["b, c", "e"]}


def test_a_loose_table_may_begin_with_remarks_and_have_white_space_between_columns(table):
    found = table("a.txt", "# made by hand\n% columns\na b\n#c   d\n", loose=True)
    assert [list(row) for row in found.rows] == [["a", "b"], ["#c", "d"]]
    assert list(found.lines) == [3, 4]


def test_cells_of_parquet_are_as_a_text_file_would_have_them(tmp_path):
    pyarrow, writer = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {"name": [" a ", None], "count": [1.0, None], "share": [0.5, 2.0]}
    writer.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    found = tables.read(tmp_path / "a.parquet", "facts")
    assert [list(row) for row in found.rows] == [["name", "count", "share"], ["a", "1", "0.5"], ["", "", "2"]]
    assert found.where(1).endswith("a.parquet:1")


@pytest.mark.parametrize(("text", "got"), [("a\ta\nx\ty\n", "'a' 2 times"), ("a\t\nx\ty\n", "an empty one")])
def test_every_column_has_a_name_of_its_own(table, text, got):
    with pytest.raises(DataError, match=f"a.tsv:1: .*{got}"):
        table("a.tsv", text).columns()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.tsv", "a\tb\nc\n", r"a\.tsv:2: expected 2 columns.*got 1"),
        ("a.tsv", "\n \n", "empty file"),
        ("a.tsv", b"a\tb\ncaf\xe9\tc\n", r"a\.tsv:2: expected UTF-8"),
        ("a.csv", 'a,b\n"c,d\n', r"a\.csv.*save it again"),
    ],
)
def test_what_is_no_table_is_told_with_its_line(table, name, text, words):
    with pytest.raises(DataError, match=words):
        table(name, text)


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match=r"expected a table of facts.*none\.tsv"):
        tables.read(tmp_path / "none.tsv", "facts")
