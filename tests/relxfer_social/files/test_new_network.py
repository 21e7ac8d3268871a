"""Edges in a file of their own, or a whole network."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.domain import node_domain
from relxfer_social.files.new_network import with_file
from relxfer_social.links.domain import observed_links, pairs_of
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions

from relxfer import Classification
from relxfer.judge.metrics.links import LinkPrediction

PEOPLE = Network(("a", "b", "c"), both_ways(np.array([[0], [1]])))


def test_the_edges_of_a_file_are_added(tmp_path):
    (tmp_path / "more.csv").write_text("source,target\nb,c\nc,d\n")
    domain = node_domain("people", PEOPLE, ("x", "y"), np.array([0, 1, -1]), np.array([1]))
    grown = with_file(domain, tmp_path / "more.csv")
    assert grown.inputs.nodes == ("a", "b", "c", "d")
    assert grown.inputs.edges.shape[1] == 6
    assert grown.train.queries.tolist() == [0]


def test_where_there_is_no_network_yet_a_file_is_all_of_it(tmp_path):
    made = {"nodes": [{"id": "a", "size": 1.0}, {"id": "b", "size": 2.0}], "links": [{"source": "a", "target": "b"}]}
    (tmp_path / "whole.json").write_text(json.dumps(made | {"directed": False, "multigraph": False, "graph": {}}))
    adapter = NetworkAdapter(NetworkOptions())
    whole = with_file(adapter.blank(Classification(("x", "y")), {}), tmp_path / "whole.json")
    assert whole.inputs.nodes == ("a", "b")
    assert whole.inputs.columns == ("size",)
    assert whole.unlabelled.queries.tolist() == [0, 1]
    links = adapter.with_file(adapter.blank(LinkPrediction(), {}), tmp_path / "whole.json")
    assert pairs_of(links.inputs).tolist() == [[0, 1]]


def test_the_edges_of_a_file_have_weights_where_those_of_the_network_have(tmp_path):
    (tmp_path / "more.csv").write_text("source,target,weight\nb,c,2.5\nc,d,0\n")
    labels = np.array([0, 1, -1])
    heavy = replace(PEOPLE, weights=np.array([3, 3], np.float32))
    grown = with_file(node_domain("people", heavy, ("x", "y"), labels, np.array([1])), tmp_path / "more.csv")
    assert grown.inputs.weights.tolist() == [3, 3, 2.5, 2.5]
    assert grown.sha == grown.inputs.sha
    plain = with_file(node_domain("people", PEOPLE, ("x", "y"), labels, np.array([1])), tmp_path / "more.csv")
    assert (plain.inputs.weights, plain.inputs.edges.shape[1]) == (None, 6)
    whole = with_file(NetworkAdapter(NetworkOptions()).blank(Classification(("x", "y")), {}), tmp_path / "more.csv")
    assert whole.inputs.weights.tolist() == [2.5, 2.5]
    (tmp_path / "bad.csv").write_text("source,target,weight\nb,c,-1\nc,d,2\n")
    links = observed_links("links", PEOPLE)
    assert with_file(links, tmp_path / "bad.csv").inputs.edges.shape[1] == 6
