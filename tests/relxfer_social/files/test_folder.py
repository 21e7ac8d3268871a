"""Which files of a folder make a network."""

from __future__ import annotations

import pytest
from relxfer_social.files.folder import found

from relxfer.errors import NotMine


@pytest.fixture
def files(tmp_path):
    def write(*names: str):
        for name in names:
            (tmp_path / name).write_text("a,b\n1,2\n")
        made = found(tmp_path)
        return [None if path is None else path.name for path in (made.path, made.nodes, made.feature_lists)]

    return write


def test_names_that_people_give(files):
    assert files("DE_edges.csv", "DE_target.csv", "DE_features.json", "EN_edges.csv", "EN_target.csv", "readme.md") == [
        "DE_edges.csv", "DE_target.csv", "DE_features.json",
    ]  # fmt: skip


def test_a_network_in_one_file(files):
    assert files("friends.graphml", "readme.md") == ["friends.graphml", None, None]


def test_links_alone_and_gzip(files):
    assert files("edges.csv.gz") == ["edges.csv.gz", None, None]


def test_other_files_are_no_network(files, tmp_path):
    with pytest.raises(NotMine, match=r"expected a list of edges such as edges\.csv .* got facts\.csv"):
        files("facts.csv", "more.csv")
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(NotMine, match="expected a network"):
        found(tmp_path / "a.doc")
