"""Tables that lie in a folder of pictures."""

from __future__ import annotations

import pytest
from relxfer_vision.files.picture_lists import beside, list_in

from relxfer.errors import Undecided


def listed(paint, table, *folders):
    files = [paint(table.parent / folder / f"{number}.png") for folder in folders for number in range(2)]
    table.write_text("".join(f"{file.relative_to(table.parent)},{'ab'[n % 2]}\n" for n, file in enumerate(files)))


@pytest.mark.parametrize("folder", ["img", "."])
def test_the_one_list_of_a_folder(paint, tmp_path, folder):
    listed(paint, tmp_path / "list.csv", folder)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert list_in(tmp_path) == tmp_path / "list.csv"
    (tmp_path / "again.csv").write_text((tmp_path / "list.csv").read_text())
    with pytest.raises(Undecided, match=r"got again.csv, list.csv; name it: relxfer init .*again.csv"):
        list_in(tmp_path)


def test_folders_of_classes_come_first_and_the_list_is_told(paint, tmp_path):
    listed(paint, tmp_path / "list.csv", "cat", "dog")
    assert list_in(tmp_path) is None
    assert beside(tmp_path)[0].startswith("labels are the names of folders; list.csv lists pictures too")
