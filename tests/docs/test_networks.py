"""The page on networks: its example in Python."""

from __future__ import annotations

import re
from pathlib import Path

import networkx as nx

import relxfer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "networks.md").read_text(encoding="utf-8")


def test_the_explanation_names_edges_that_reach_the_node(tmp_path, monkeypatch, capsys):
    friends = nx.circular_ladder_graph(10)
    nx.set_node_attributes(friends, {node: node % 2 for node in friends}, "label")
    nx.set_node_attributes(friends, {node: float(node // 2) for node in friends}, "age")
    names = ["ann", *(f"friend{number}" for number in range(1, 20))]
    friends = nx.relabel_nodes(friends, dict(enumerate(names)))
    config = {
        "threads": 1,
        "device": "cpu",
        "target": {"name": "friends", "dataset": {"use": "network-files", "path": friends}},
        "training": {"steps": 2, "validations": 0},
        "strategy": ["scratch"],
    }
    assert not relxfer.run(config, tmp_path / "runs" / "my", progress=False).failed
    (example,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    made: dict = {}
    exec(compile(example, "networks.md", "exec", dont_inherit=True), made)
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 5
    near = {"ann", *friends["ann"]}
    assert all(friends.has_edge(source, to) and to in near for source, to, _ in told)
    masks = [float(mask) for *_, mask in told]
    assert masks == sorted(masks, reverse=True)
    assert [*made["columns"]] == ["age"]
