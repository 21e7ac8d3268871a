"""Which files of a folder make a network."""

from __future__ import annotations

import pytest
from relxfer_social.files.folder import Files, found
from relxfer_social.files.user_domain import user_domain
from relxfer_social.options import NetworkFiles

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


def test_lists_of_features_without_a_table_of_nodes(files):
    assert files("FR_edges.csv", "FR_features.json") == ["FR_edges.csv", None, "FR_features.json"]


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


def test_citations_as_they_are_published(tmp_path):
    (tmp_path / "cora.cites").write_text("35\t1033\n35\t887\n1033\t887\n")
    (tmp_path / "cora.content").write_text("1033\t0\t1\tTheory\n35\t1\t0\tTheory\n887\t0\t0\tNeural\n")
    (tmp_path / "README").write_text("of papers")
    expected = Files(tmp_path / "cora.cites", tmp_path / "cora.content")
    assert found(tmp_path) == found(tmp_path / "cora.cites") == found(tmp_path / "cora.content") == expected
    domain = user_domain(NetworkFiles(path=expected.path, nodes=expected.nodes))
    assert domain.task.answers == ("Neural", "Theory")
    assert domain.inputs.features.shape == (3, 2)
