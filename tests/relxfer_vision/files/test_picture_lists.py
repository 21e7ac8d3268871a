"""Tables that lie in a folder of pictures."""

from __future__ import annotations

import pytest
from relxfer_vision.files.picture_lists import lists_in

from relxfer.errors import Undecided


def listed(paint, table, folders=("img",), head="file,kind"):
    files = [paint(table.parent / folder / f"{table.stem}{number}.png") for folder in folders for number in range(4)]
    rows = [f"{file.relative_to(table.parent)},{'ab'[n % 2]}" for n, file in enumerate(files)]
    table.write_text("\n".join([head, *rows]) + "\n")
    return table


@pytest.mark.parametrize("folders", [("img",), (".",), ("train",)])
def test_the_one_list_of_a_folder(paint, tmp_path, folders):
    table = listed(paint, tmp_path / "list.csv", folders)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert lists_in(tmp_path) == {"path": table}
    (tmp_path / "again.csv").write_text(table.read_text())
    with pytest.raises(Undecided, match=r"got again.csv, list.csv; name it: relxfer init .*again.csv"):
        lists_in(tmp_path)


def test_lists_by_split(paint, tmp_path):
    train, valid = (listed(paint, tmp_path / name) for name in ("train_set.csv", "valid.csv"))
    assert lists_in(tmp_path) == {"train": train, "test": valid}
    listed(paint, valid, head="file,size")
    with pytest.raises(Undecided, match=r"got train_set.csv, valid.csv; name it"):
        lists_in(tmp_path)


def test_folders_that_a_list_contradicts_are_no_classes_in_silence(paint, tmp_path):
    table = listed(paint, tmp_path / "list.csv", ("part1", "part2"))
    with pytest.raises(Undecided, match=r"got the folders part1, part2 and list.csv, .* relxfer init .*list.csv"):
        lists_in(tmp_path)
    assert lists_in(tmp_path, ["kind"]) == {"path": table}, "the label that the user names is in the list"
    assert lists_in(tmp_path, ["size"]) == {}
    rows = table.read_text().splitlines()[1:]
    table.write_text("\n".join(["file,number", *(f"{row[:-1]}{'part2' in row:d}" for row in rows)]) + "\n")
    assert lists_in(tmp_path) == {}, "it says what the folders say"
    table.write_text("\n".join(["file,number", *(f"{row[:-1]}{n}" for n, row in enumerate(rows))]) + "\n")
    assert lists_in(tmp_path) == {}, "it says nothing on classes"
