"""Networks of torch_geometric whose nodes and edges have kinds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_social.files.user_network import network_of, read
from relxfer_social.options import NetworkFiles
from torch_geometric.data import HeteroData

from relxfer.authoring import objects
from relxfer.authoring.objects import Objects
from relxfer.errors import DataError


def papers() -> HeteroData:
    """Authors who write papers that cite each other."""
    made = HeteroData()
    made["paper"].x = torch.tensor([[3.0, 0.0], [5.0, 1.0], [8.0, 1.0], [9.0, 0.0]])
    made["paper"].y = torch.tensor([0, 1, -1, 1])
    made["paper"].train_mask = torch.tensor([True, True, False, False])
    made["paper"].test_mask = torch.tensor([False, False, False, True])
    made["author"].num_nodes = 3
    made["author", "writes", "paper"].edge_index = torch.tensor([[0, 1, 2], [0, 1, 3]])
    made["author", "writes", "paper"].edge_weight = torch.tensor([0.5, 2.0, 3.0])
    made["paper", "cites", "paper"].edge_index = torch.tensor([[0, 1], [2, 3]])
    return made


@pytest.fixture
def raw(tmp_path):
    def of(data: HeteroData, form: str = "object", **options):
        path = data
        if form == "file":
            path = tmp_path / "a.pt"
            torch.save(data, path)
        context = {"folder": tmp_path, objects.KEY: Objects(tmp_path / "objects")}
        return read(NetworkFiles.model_validate({"path": path, **options}, context=context))

    return of


@pytest.mark.parametrize("form", ["object", "file"])
def test_nodes_edges_and_answers_are_those_of_their_kind(raw, form, tmp_path):
    made = raw(papers(), form, edge_kind="edge_type")
    called = [(made.nodes[one], made.nodes[other]) for one, other in made.rows.T.tolist()]
    assert list(zip(called, made.kinds, made.weights.tolist(), strict=True)) == [
        (("author 0", "paper 0"), "writes", 0.5), (("author 1", "paper 1"), "writes", 2.0),
        (("author 2", "paper 3"), "writes", 3.0), (("paper 0", "paper 2"), "cites", 1.0),
        (("paper 1", "paper 3"), "cites", 1.0),
    ]  # fmt: skip
    assert dict(zip(made.nodes, made.labels, strict=True)) == {
        "author 0": "", "author 1": "", "author 2": "", "paper 0": "0", "paper 1": "1", "paper 2": "", "paper 3": "1",
    }  # fmt: skip
    assert dict(zip(made.nodes, made.splits, strict=True))["paper 3"] == "test"
    assert made.columns == ("paper x0", "paper x1", "kind=paper", "kind=author")
    assert made.features.toarray()[[0, 3, 6]].tolist() == [[0, 0, 0, 1], [3, 0, 1, 0], [9, 0, 1, 0]]
    assert made.numbers == (0,)  # the other column is a mark
    (tmp_path / "a.csv").touch()  # of the options, `network_of` reads no file
    network, notes = network_of(NetworkFiles(path=tmp_path / "a.csv", edge_kind="edge_type"), made)
    assert network.by_kind.names == ("cites", "writes")
    assert "2 kinds of edges: cites, writes" in notes


@pytest.mark.parametrize("features", [None, torch.zeros(0, 3)])
def test_a_kind_may_have_no_nodes(raw, features):
    data = papers()
    data["editor"].num_nodes = 0
    if features is not None:
        data["editor"].x = features
    made = raw(data)
    assert made.features.shape == (7, len(made.columns))
    assert made.features[:, [0, 1]].toarray().tolist() == raw(papers()).features[:, [0, 1]].toarray().tolist()


def test_unused_kinds_are_told_of(raw):
    assert 'edge_kind = "edge_type" lets the model rgcn tell kinds of edges apart' in raw(papers()).notes


def test_a_relation_between_several_kinds_is_called_as_all_three_names(raw):
    data = papers()
    data["author", "cites", "author"].edge_index = torch.tensor([[0], [1]])
    assert set(raw(data, edge_kind="edge_type").kinds) == {"writes", "paper cites paper", "author cites author"}


@pytest.mark.parametrize(
    ("y", "answers"),
    [
        (torch.tensor([0.5, 1.25, 2.0, 3.0]), {"y": ["", "", "", "0.5", "1.25", "2.0", "3.0"]}),
        (
            torch.tensor([[0, 1], [1, 1], [0, 0], [1, 0]]),
            {"y 0": ["", "", "", "0", "1", "0", "1"], "y 1": ["", "", "", "1", "1", "0", "0"]},
        ),
    ],
)
def test_numbers_and_several_labels(raw, y, answers):
    data = papers()
    data["paper"].y = y
    made = raw(data)
    assert {name: [cell and float(cell) for cell in cells] for name, cells in made.answers.items()} == {
        name: [cell and float(cell) for cell in cells] for name, cells in answers.items()
    }


def test_attributes_of_unlike_widths_are_told_as_not_used(raw):
    data = papers()
    data["author", "writes", "paper"].edge_attr = torch.ones(3, 2)
    data["paper", "cites", "paper"].edge_attr = torch.ones(2, 5)
    assert "of the edges, not used: edge_attr" in raw(data).notes


@pytest.mark.parametrize("form", ["object", "file"])
def test_what_cannot_be_used_is_refused_in_a_sentence(raw, form):
    uncounted = papers()
    del uncounted["author"].num_nodes
    uncounted["author"].name = "authors"
    with pytest.raises(DataError, match=r"number of nodes of kind 'author', got none; set data\['author'\].num_nodes"):
        raw(uncounted, form)
    unheard = papers()
    unheard["venue", "prints", "paper"].edge_index = torch.tensor([[0], [1]])
    with pytest.raises(DataError, match="number of nodes of kind 'venue', got none"):
        raw(unheard, form)
    beyond = papers()
    beyond["author", "writes", "paper"].edge_index = torch.tensor([[3], [0]])  # would be a paper
    with pytest.raises(DataError, match="author writes paper from nodes below 3 to nodes below 4, got node 3"):
        raw(beyond, form)
    huge = papers()
    huge["author"].num_nodes = 10**12
    with pytest.raises(DataError, match=r"expected at most .* nodes in a file of"):
        raw(huge, form)
    twice = papers()
    twice["author"].y = torch.tensor([0, 1, 0])
    with pytest.raises(DataError, match="labels y of one kind of nodes, got those of paper, author"):
        raw(twice, form)
    edgeless = papers()
    edgeless["author", "knows", "author"].weight = torch.ones(2)
    with pytest.raises(DataError, match=r"edge_index \[2, R\] of author knows author"):
        raw(edgeless, form)


def test_a_network_of_one_kind_of_nodes_has_no_mark_of_it(raw):
    data = HeteroData()
    data["person"].x = torch.tensor([[1.0], [2.5]])
    data["person", "knows", "person"].edge_index = torch.tensor([[0], [1]])
    made = raw(data)
    assert made.columns == ("person x0",)
    assert np.array(made.rows).tolist() == [[0], [1]]
