"""Which columns of a table list files that are there."""

from __future__ import annotations

import pytest

from relxfer.data.files_below import FilesBelow
from relxfer.data.tables.table import Table


@pytest.fixture
def below(tmp_path):
    for number in range(8):
        path = tmp_path / f"part{number % 2}" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "part0" / "notes.csv").touch()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "9.png").touch()
    return FilesBelow(tmp_path, lambda name: name.endswith(".png"))


@pytest.mark.parametrize(
    ("cell", "paths"),
    [
        ("part1/3.png", ["part1/3.png"]),
        ("part1\\3", ["part1/3.png"]),
        ("3.png", ["part1/3.png"]),
        ("3", ["part1/3.png"]),
        ("part0/3", []),
        ("t1/3", []),
        ("9", []),
        ("notes", []),
        ("/home/me/part1/3.png", ["part1/3.png"]),
        ("C:\\data\\3.png", ["part1/3.png"]),
        ("/home/me/8.png", []),
        ("/", []),
        ("", []),
        ("a\0b", []),
    ],
)
def test_a_file_is_found_as_people_write_it(below, cell, paths):
    assert below.named(cell) == paths


def test_every_file_of_a_name_is_named(below):
    (below.folder / "part0" / "3.png").touch()
    assert below.named("3") == ["part0/3.png", "part1/3.png"]


def test_a_column_of_files_is_told_from_one_of_other_numbers(below):
    ids = {"id": map(str, range(8)), "age": ["1", "2"] * 4, "kind": ["a", "b"] * 4}
    assert below.listed_in(Table.of("t", ids)) == [0]
    assert below.listed_in(Table.of("t", {"kind": ["1", "2"] * 4})) == [], "numbers that are files by chance"
    assert below.listed_in(Table.of("t", {"file": ["1.png", "2.png"] * 4})) == [0]
    assert below.listed_in(Table.of("t", {"file": ["1.png", "x.png", "y.png"]})) == []
