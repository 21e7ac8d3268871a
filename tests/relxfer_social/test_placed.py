"""Networks with answers in their places, written and read back."""

from __future__ import annotations

import io
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social import placed
from relxfer_social.domain import node_domain
from relxfer_social.links.domain import observed_links
from relxfer_social.network import Network, both_ways

from relxfer.judge.metrics.regression import Regression

HOSTILE = ('ann"/><node id="x"/>', "bob & <b>", "=eve\x00\x1b", "ida\n\t")
CLASSES = ("x", "<y>")
ASKED = {
    "node": [HOSTILE[2], HOSTILE[2], HOSTILE[3], HOSTILE[2]],
    "answer": ["<y>", "x", "x", "<y>"],
    "rank": [1, 2, 1, 1],
    "probability": [0.75, 0.25, 0.5, 0.75],
}


def network(edges=((0, 1), (1, 2), (2, 3)), undirected=True):
    features = sp.csr_matrix(np.eye(4, 2, dtype=np.float32))
    edges = np.array(edges).T
    return Network(HOSTILE, both_ways(edges) if undirected else edges, features)


def people(task=CLASSES, labels=np.array([0, 1, -1, -1]), **how):
    return node_domain("people", network(**how), task, labels, np.zeros(0, np.int64))


def written(domain, ending, table):
    stream = io.BytesIO()
    domain.formats()[ending](table, stream)
    stream.seek(0)
    return stream


def test_graphml_has_the_network_and_the_answers_at_their_nodes():
    graph = nx.read_graphml(written(people(), ".graphml", ASKED))
    names = [*HOSTILE[:2], "=eve\\x00\\x1b", HOSTILE[3]]
    assert list(graph) == names
    assert not graph.is_directed()
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(names[i : i + 2]) for i in range(3)}
    assert graph.nodes[names[1]] == {"known": "<y>"}
    assert graph.nodes[names[2]] == {
        "answer": "<y>", "rank": 1, "probability": 0.75, "answer_2": "x", "rank_2": 2, "probability_2": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize("edges", [[(0, 1), (1, 2)], [(0, 1), (0, 1), (1, 2), (2, 2)]])
def test_directions_and_parallel_edges_stay(edges):
    for undirected in (True, False):
        graph = people(edges=edges, undirected=undirected).placed(ASKED)
        assert graph.is_directed() != undirected
        assert sorted((HOSTILE.index(a), HOSTILE.index(b)) for a, b in graph.edges()) == sorted(edges)


def test_further_names_of_nodes_are_an_attribute():
    domain = people()
    numbered = replace(domain, inputs=replace(domain.inputs, ids=("7", "8", "9", "10")))
    assert numbered.placed({name: [] for name in ASKED}).nodes[HOSTILE[1]] == {"id": "8", "known": "<y>"}


def test_numbers_are_attributes_by_their_names():
    domain = people(Regression(("age", "size")), np.array([[1.0, 2.0], [np.nan] * 2, [np.nan] * 2, [np.nan] * 2]))
    table = {"node": [HOSTILE[1]] * 2, "answer": ["age", "size"], "value": [40.0, 2.5], "low": [30.0, 1.0]}
    assert domain.placed(table).nodes[HOSTILE[1]] == {"age": 40.0, "age low": 30.0, "size": 2.5, "size low": 1.0}
    held = torch.load(written(domain, ".pt", table), weights_only=True)
    assert "pred" not in held
    assert held["value"][1].tolist() == [40.0, 2.5]


def test_tensors_are_read_without_running_anything():
    held = torch.load(written(people(), ".pt", ASKED), weights_only=True)
    assert held["pred"].tolist() == [-1, -1, 1, 0]
    assert held["probability"][2:].tolist() == [0.75, 0.5]
    assert held["probability"][:2].isnan().all()
    assert held["x"].tolist() == network().features.toarray().tolist()
    assert held["edge_index"].tolist() == network().edges.tolist()
    assert (held["nodes"], held["answers"]) == ([*HOSTILE], [*CLASSES])


def test_many_features_are_sparse(monkeypatch):
    monkeypatch.setattr(placed, "_DENSE", 4)
    held = torch.load(written(people(), ".pt", ASKED), weights_only=True)
    assert held["x"].is_sparse
    assert held["x"].to_dense().tolist() == network().features.toarray().tolist()


def test_predicted_links_are_edges_beside_the_known_ones():
    domain = observed_links("links", network())
    table = {
        "source": [HOSTILE[0], HOSTILE[0], HOSTILE[1]],
        "target": [HOSTILE[2], HOSTILE[2], HOSTILE[3]],
        "answer": ["present", "absent", "absent"],
        "rank": [1, 2, 1],
        "score": [2.5, -2.5, 1.0],
    }
    graph = nx.read_graphml(written(domain, ".graphml", table))
    assert graph.number_of_edges() == 4
    assert graph.edges[HOSTILE[0], "=eve\\x00\\x1b"] == {"predicted": True, "score": 2.5}
    assert graph.edges[HOSTILE[0], HOSTILE[1]] == {"predicted": False}


def test_nodes_come_out_as_data_of_torch_geometric_with_names_and_labels():
    data = people().tensors(ASKED)
    assert data.num_nodes == 4
    assert data.nodes == list(HOSTILE)
    assert data.y.tolist() == [0, 1, -1, -1]
    assert data.pred.tolist() == [-1, -1, 1, 0]
    assert data.probability.nan_to_num(-1).tolist() == [-1, -1, 0.75, 0.5]
    data.validate(raise_on_error=True)


def test_numbers_of_nodes_come_out_as_columns():
    task = Regression(("height", "age"))
    labels = np.array([[1.5, 20], [np.nan, np.nan], [np.nan, np.nan], [1.7, 30]])
    table = {"node": [HOSTILE[1]] * 2, "answer": ["age", "height"], "value": [25.0, 1.6]}
    data = people(task, labels).tensors(table)
    assert data.y[3].tolist() == pytest.approx([1.7, 30])
    assert data.y[1].isnan().all()
    assert data.value[1].tolist() == pytest.approx([1.6, 25])
    assert "pred" not in data


def test_pairs_come_out_as_data_and_as_a_file():
    domain = observed_links("people", network())
    table = {
        "source": [HOSTILE[0]] * 2, "target": [HOSTILE[2]] * 2, "answer": ["present", "absent"], "rank": [1, 2],
        "probability": [0.75, 0.25],
    }  # fmt: skip
    data = domain.tensors(table)
    assert data.edge_label_index.tolist() == [[0], [2]]
    assert data.answers[data.pred[0]] == "present"
    assert data.probability.tolist() == [0.75]
    read = torch.load(written(domain, ".pt", table), weights_only=True)
    assert read["nodes"] == list(HOSTILE)
    assert read["pred"].equal(data.pred)


def test_weights_are_attributes_of_edges_and_tensors():
    weights = np.array([2, 0.5, 3, 2, 0.5, 3], np.float32)
    for undirected in (True, False):
        domain = people(undirected=undirected)
        own = weights if undirected else weights[:3]
        domain = replace(domain, inputs=replace(domain.inputs, weights=own, _kept={}))
        graph = nx.read_graphml(written(domain, ".graphml", ASKED))
        assert sorted(held["weight"] for _, _, held in graph.edges(data=True)) == [0.5, 2, 3]
        assert graph.is_directed() != undirected
        held = torch.load(written(domain, ".pt", ASKED), weights_only=True)
        assert held["edge_weight"].tolist() == own.tolist()
    uneven = replace(domain.inputs, edges=np.array([[0, 1], [1, 0]]), weights=np.array([1, 2], np.float32), _kept={})
    graph = replace(domain, inputs=uneven).placed(ASKED)
    assert graph.is_directed(), "other weights on the way back are another direction"
    assert graph.edges[HOSTILE[1], HOSTILE[0]]["weight"] == 2
