"""Tables of pictures: text and Parquet alike, mistakes named by line."""

from __future__ import annotations

import pytest
from relxfer_vision.files.picture_table import lists_pictures, read_table

from relxfer.errors import DataError, NotMine


def test_text_and_parquet_hold_the_same(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "t.csv").write_text("File,age,label\na.png,3,x\nb.png,,y\n")
    made = pa.table({"File": ["a.png", "b.png"], "age": [3.0, None], "label": ["x", "y"]})
    parquet.write_table(made, tmp_path / "t.parquet")
    for name in ("t.csv", "t.parquet"):
        table = read_table(tmp_path / name)
        assert list(table.files) == ["a.png", "b.png"]
        assert {name: list(column) for name, column in table.columns.items()} == {"age": ["3", ""], "label": ["x", "y"]}
    assert read_table(tmp_path / "t.csv").where(1) == f"{tmp_path / 't.csv'}:3"


@pytest.mark.parametrize("head", ["image;label", "Path;label", "FILE_NAME;label"])
def test_usual_names_and_separators(tmp_path, head):
    (tmp_path / "t.csv").write_text(f"{head}\na, b.png;x\nb, c.png;y\n")
    assert read_table(tmp_path / "t.csv").files == ["a, b.png", "b, c.png"]


@pytest.mark.parametrize(("row", "kind"), [("b.png,cat", DataError), ("x,cat", NotMine)])
def test_whose_table_it_is_without_a_header(tmp_path, row, kind):
    (tmp_path / "t.csv").write_text(f"{row}\n{row}\n")
    with pytest.raises(DataError, match=r"got: .*, cat; name them") as raised:
        read_table(tmp_path / "t.csv", labelled=False)
    assert raised.type is kind


def test_columns_are_chosen_by_name(tmp_path):
    (tmp_path / "t.csv").write_text("file,age,size\na.png,3,4\n")
    table = read_table(tmp_path / "t.csv", labelled=False)
    assert list(table.chosen(["size", "age"])) == ["size", "age"]
    with pytest.raises(DataError, match="expected a column 'aeg', got none"):
        table.chosen(["aeg"])
    with pytest.raises(DataError, match="the columns file and label in the first line"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "got an empty file"),
        ("name,a\nx,1\n", "the column file in the first line"),
        ("file,a,A\nx,1,2\n", "got one twice"),
        ("file,a\n", "got none; add some"),
        ("file,a\n,1\n", "2 .*t.csv +expected the name of a file, got an empty cell"),
    ],
)
def test_mistakes(tmp_path, text, told):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=told):
        read_table(tmp_path / "t.csv", labelled=False)


@pytest.mark.parametrize(
    ("names", "rows", "files", "columns"),
    [
        ([], ["img/{}.png,{}"], "img/0.png", {"label": ["a", "b", "a"]}),
        ([], ["{1},{0}"], "0", {"label": ["a", "b", "a"]}),
        ([], ["{1},{0}.png,{1}"], "0.png", {"column 1": ["a", "b", "a"], "column 3": ["a", "b", "a"]}),
        (["kind,photo"], ["{1},{0}"], "0", {"kind": ["a", "b", "a"]}),
    ],
)
def test_files_and_header_are_told_by_what_is_there(paint, tmp_path, names, rows, files, columns):
    for number in range(3):
        paint(tmp_path / "img" / f"{number}.png")
    lines = [*names, *(rows[0].format(number, "aba"[number]) for number in range(3))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    table = read_table(tmp_path / "t.csv", labelled=False)
    assert table.files[0] == files
    assert table.columns == columns
    assert table.lines[0] == 1 + len(names)


def test_the_only_picture_is_no_header(paint, tmp_path):
    paint(tmp_path / "0.png")
    (tmp_path / "t.csv").write_text("0.png,cat\n")
    assert read_table(tmp_path / "t.csv").columns == {"label": ["cat"]}


def test_a_table_lists_pictures_where_they_are_there(paint, tmp_path):
    paint(tmp_path / "0.png")
    for name, cell, lists in (("a.csv", "0.png", True), ("b.csv", "1.png", False), ("c.csv", "x", False)):
        (tmp_path / name).write_text(f"file,label\n{cell},a\n")
        assert lists_pictures(tmp_path / name) is lists
