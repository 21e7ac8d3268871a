"""Lists of edges as networkx writes them."""

from __future__ import annotations

import networkx as nx
import pytest

from relxfer.data.tables import braces
from relxfer.data.tables.reading import Expected, read


@pytest.mark.parametrize("delimiter", [" ", ",", "\t"])
@pytest.mark.parametrize("held", [{}, {"weight": 3}, {"weight": 0.5, "kind": "a, b"}])
def test_attributes_of_edges_are_told_and_not_used(tmp_path, delimiter, held):
    graph = nx.cycle_graph(9)
    nx.set_edge_attributes(graph, dict.fromkeys(graph.edges, held))
    nx.write_edgelist(graph, tmp_path / "a.txt", delimiter=delimiter)
    table = read(tmp_path / "a.txt", Expected("edges"))
    assert [tuple(table.row(row)) for row in range(len(table))] == [(str(a), str(b)) for a, b in graph.edges]
    assert bool(held) == any(f"in braces at the end of rows: {', '.join(held)}" in note for note in table.notes)


@pytest.mark.parametrize("text", ["a b\nb {c}\nc d\n", '{"source": "a", "target": "b"}\n', "a,b\n", "{a} {b}\n"])
def test_other_texts_stay(text):
    assert braces.without(text) == (text, [])
