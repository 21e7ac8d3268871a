"""Pictures in a table: their splits, groups, and where their files are."""

from __future__ import annotations

import pytest
from relxfer_vision.files.listed_pictures import read_listed

from relxfer.errors import DataError


def written(path, head, *rows):
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def test_the_users_own_split_is_kept(paint, loaded, tmp_path):
    rows = []
    for number, split in enumerate(["Train"] * 4 + ["val"] * 2 + ["test"] * 2):
        paint(tmp_path / f"{number}.png")
        rows.append(f"{number}.png,{'ab'[number % 2]},{split}")
    domain = loaded(path=written(tmp_path / "t.csv", "file,label,split", *rows))
    assert [len(part) for part in (domain.train, domain.val, domain.test)] == [4, 2, 2]


def test_another_word_for_a_split_is_told(tmp_path):
    table = written(tmp_path / "t.csv", "file,label,split", "0.png,a,train", "1.png,b,holdout")
    with pytest.raises(DataError, match=r"t\.csv:3: expected train, val, test in the column split, got 'holdout'"):
        read_listed(table)


def test_rows_of_files_that_programs_left_behind_are_passed_over(tmp_path):
    rows = ["a/0.png,x", "__MACOSX/a/._0.png,x", "a/.ipynb_checkpoints/0-checkpoint.png,y", "a/._1.png,y"]
    found = read_listed(written(tmp_path / "t.csv", "file,label", *rows))["all"]
    assert found.names == ["a/0.png"]
    assert found.notes == ["passed over in t.csv: 3 row(s) of files that programs left behind"]


def test_files_may_be_in_the_one_folder_beside_the_table(paint, tmp_path):
    paint(tmp_path / "images" / "0.png")
    found = read_listed(written(tmp_path / "t.csv", "file,label", "0.png,x"))["all"]
    assert found.paths == [tmp_path / "images" / "0.png"]
    assert found.notes == ["files are relative to images"]


def test_columns_that_are_not_used_are_named(tmp_path):
    table = written(tmp_path / "t.csv", "file,label,width,patient", "0.png,x,3,p")
    assert read_listed(table, group="patient")["all"].notes == [
        "columns that are not used: width",
        "groups: column patient",
    ]
    assert read_listed(table, group="patient")["all"].groups == ["p"]
    with pytest.raises(DataError, match="expected a column 'patients'"):
        read_listed(table, group="patients")


def test_paths_that_windows_wrote(paint, tmp_path):
    paint(tmp_path / "images" / "cats" / "0.png")
    for name in (r"images\cats\0.png", r"cats\0.png"):
        found = read_listed(written(tmp_path / "t.csv", "file,label", f"{name},x"))["all"]
        assert found.paths == [tmp_path / "images" / "cats" / "0.png"]


def test_pictures_of_several_folders_are_found_by_names_without_endings(paint, tmp_path):
    files = [paint(tmp_path / f"part{number % 2}" / f"{number:02}.png") for number in range(4)]
    rows = [f"{number},{number:02},{'ab'[number % 2]}" for number in range(4)]
    found = read_listed(written(tmp_path / "t.csv", ",image_id,label", *rows))["all"]
    assert found.paths == files
    assert found.labels == ["a", "b", "a", "b"]
    assert found.notes == [
        "files: 'image_id' of t.csv, which names pictures that are there",
        f"files are found by their names below {tmp_path.name}",
    ]


def test_two_pictures_of_one_name_are_told(paint, tmp_path):
    for folder in ("images", "masks"):
        paint(tmp_path / folder / "0.png")
    table = written(tmp_path / "t.csv", "file,label", "0,x")
    with pytest.raises(DataError, match=r"expected one picture, got images/0.png and masks/0.png; write the path"):
        read_listed(table)


@pytest.mark.parametrize("words", [("train", "test"), ("Training", "dev"), ("train", "valid")])
def test_a_column_of_any_name_says_the_splits(tmp_path, words):
    rows = [f"{number}.png,{'ab'[number % 2]},{words[number // 2]}" for number in range(4)]
    found = read_listed(written(tmp_path / "t.csv", "file,label,fold", *rows))
    assert [len(part) for part in found.values()] == [2, 2]
    assert "splits: 'fold'" in found["train"].notes
    assert list(read_listed(tmp_path / "t.csv", ["fold"])) == ["all"], "the label is no split"
