"""What files look like that nobody can read."""

from __future__ import annotations

import sqlite3

import pytest

from relxfer.data.likeness import likeness


@pytest.mark.parametrize(
    ("name", "content", "what", "do"),
    [
        ("a.pdf", b"%PDF-1.7 \xe2", "a PDF document", ".csv"),
        ("a.xlsx", b"PK\x03\x04 xl", "an Excel workbook", ".csv"),
        ("a.zip", b"PK\x03\x04", "an archive", "unpack"),
        ("a.pkl", b"\x80\x04\x95", "a pickle", "not loaded"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "a picture", "folder"),
        ("a.csv", b"", "an empty file", "another"),
        (
            "a.csv",
            b"w,h,kind\n1.5,2,x\n2.5,1,y\n3.5,1,y\n",
            "a table of 3 rows and 3 columns (w, h, kind)",
            "features alone",
        ),
        ("a.tsv", b"\t".join([b"1"] * 9) + b"\n", "a table of 1 rows and 9 columns (1, 1, 1, 1, 1, 1, ...)", ""),
        ("a.md", b"one\ntwo, three\n", "a text of 2 lines without columns", "another"),
        ("a.bin", b"\0\1\2", "neither text nor another format that is known", "save"),
        ("a.csv", b"\xff\1\2", "neither text nor another format that is known", "save"),
    ],
)
def test_files(tmp_path, name, content, what, do):
    (tmp_path / name).write_bytes(content)
    found, advice = likeness(tmp_path / name)
    assert found == what
    assert do in advice


def test_folders_and_databases(tmp_path):
    assert likeness(tmp_path)[0] == "an empty folder"
    for name in ("a.md", "b.md", ".hidden", "c"):
        (tmp_path / name).write_text("x")
    (tmp_path / "more").mkdir()
    assert likeness(tmp_path)[0] == "a folder with 2 .md, 1 files without an ending, 1 folders"
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    assert likeness(tmp_path / "a.db")[0] == "a database"
