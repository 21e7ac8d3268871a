"""Which attribute holds the labels."""

from __future__ import annotations

import networkx as nx
import pytest
from relxfer_social.files.inspection import inspect
from relxfer_social.files.label_guess import candidates

from relxfer.contract.readers import Told
from relxfer.errors import DataError


@pytest.fixture
def club(tmp_path):
    graph = nx.karate_club_graph()
    for _, _, held in graph.edges(data=True):
        held.clear()
    for node, held in graph.nodes(data=True):
        held |= {"age": 20.5 + node, "floor": node % 3}
    nx.write_graphml(graph, tmp_path / "club.graphml")
    return tmp_path / "club.graphml"


def test_one_question_names_what_could_be_meant(club):
    with pytest.raises(DataError, match=r"got club \(2 values\), floor \(3 values\); add --label club"):
        inspect(club)
    found = inspect(club, Told(label=("club",)))
    assert found.domain.task.answers == ("Mr. Hi", "Officer")
    assert found.dataset_table()["label"] == "club"


def test_names_and_measurements_are_no_classes():
    cells = {"name": list("abcdef"), "size": ["1.5", "2.5"] * 3, "kind": ["a", "b"] * 3, "split": ["train", "test"] * 3}
    assert candidates(cells, Told()) == {"kind": 2}
    assert candidates(cells, Told(group="kind")) == {}
