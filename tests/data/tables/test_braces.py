"""Lists of edges as networkx writes them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from relxfer.data.tables import braces
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Role


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
    for role in (None, Role.of("weight", "weight")):
        assert braces.without(text, role) == braces.Unbraced(text)


@pytest.mark.parametrize("delimiter", [" ", ",", "\t"])
def test_an_attribute_may_become_the_last_column(tmp_path, delimiter):
    graph = nx.cycle_graph(9)
    values = [0.5, 3, np.float64(2.5), "4", 1e-7, -2, None, np.int64(7)]
    for edge, value in zip(graph.edges, values, strict=False):
        graph.edges[edge].update({"kind": "a", "weight": value, "weight 2": 9})
    nx.write_edgelist(graph, tmp_path / "a.txt", delimiter=delimiter)
    expected = Expected("edges", braced=(Role.of("weight", "weight"), "1"))
    table = read(tmp_path / "a.txt", expected)
    assert list(table.columns[2]) == ["0.5", "3", "2.5", "4", "1e-07", "-2", "None", "7", "1"]
    assert table.last == "weight"
    assert "not used, in braces at the end of rows: kind, weight 2" in table.notes
    assert "1 of 9 rows have no weight in their braces, which counts 1" in table.notes
    assert read(tmp_path / "a.txt", Expected("edges")).width == 2


def test_it_is_none_where_a_row_has_no_braces():
    text = "a b {'weight': 3}\nb c {'weight': 2}\nc d\n"
    found = braces.without(text, Role.of("weight", "weight"))
    assert (found.text, found.kept) == ("a b\nb c\nc d\n", "")
    assert found.notes == ("not used, in braces at the end of rows: weight",)
