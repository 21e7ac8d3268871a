"""What the user's files are called."""

from __future__ import annotations

from relxfer.declare import files_name


def test_the_folder_names_its_usual_files(tmp_path):
    (tmp_path / "usa").mkdir()
    for name in ("edges.txt.gz", "flights.csv"):
        (tmp_path / "usa" / name).touch()
    assert files_name.of(tmp_path / "usa") == "usa"
    assert files_name.of(tmp_path / "usa" / "edges.txt.gz") == "usa"
    assert files_name.of(tmp_path / "usa" / "flights.csv") == "flights"
    assert files_name.of(tmp_path / "usa" / ".." / "usa") == "usa"


def test_a_source_called_as_the_target_has_its_folder_too(tmp_path):
    for place in ("a/data.v1", "b/data.v1"):
        (tmp_path / place).mkdir(parents=True)
    assert files_name.source(tmp_path / "a/data.v1", tmp_path / "b/data.v1") == "a/data.v1"
    assert files_name.source(tmp_path / "a", tmp_path / "b/data.v1") == "a"
