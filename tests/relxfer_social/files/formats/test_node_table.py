"""A table of nodes meets its links: by the column that fits, by numbers, or not at all."""

from __future__ import annotations

import pytest


def names(domain) -> list[str]:
    return [domain.inputs.nodes[node] for node in domain.inputs.edges[0]]


def test_the_column_with_the_names_of_the_edges_is_found(loaded, tables):
    nodes = "id,days,label,new_id\n77,5,a,0\n88,6,b,1\n99,5,a,2\n66,6,b,3\n"
    domain = loaded(**tables(edges="from,to\n0,1\n1,2\n2,3\n", nodes=nodes))
    assert domain.inputs.nodes == ("0", "1", "2", "3")
    assert "nodes are called by 'new_id', in which 4 of 4 names of the edges are" in " ".join(domain.notes)
    assert domain.inputs.columns == ("id", "days")


def test_another_column_may_be_named(loaded, fails, tables):
    nodes = "a,b,label\n1,2,x\n2,1,y\n3,3,x\n"
    files = tables(edges="u,v\n1,3\n", nodes=nodes)
    assert names(loaded(**files, node="b", directed=True)) == ["1"]
    assert loaded(**files, node="b").sha != loaded(**files, node="a").sha
    assert "expected a column 'c' with nodes, got none: (there are: a, b, label)" in fails(**files, node="c")


@pytest.mark.parametrize("edges", ["1.0,2.0\n2.0,3.0\n", "01,02\n02,3\n"])
def test_numbers_that_are_written_otherwise_meet(loaded, tables, edges):
    plain = loaded(**tables(edges="source,target\n1,2\n2,3\n", nodes="node,label\n1,a\n2,b\n3,a\n"))
    other = loaded(**tables(edges=f"source,target\n{edges}", nodes="node,label\n1,a\n2,b\n3,a\n"))
    assert other.sha == plain.sha
    assert any("written otherwise than in the table" in note for note in other.notes)


def test_leading_zeros_and_large_numbers_are_names(loaded, tables):
    big = 2**53
    nodes = f"node,label\n1,a\n01,b\n{big},a\n{big + 1},b\n"
    domain = loaded(**tables(edges=f"source,target\n1,01\n{big},{big + 1}\n", nodes=nodes), directed=True)
    assert sorted(domain.inputs.nodes) == ["01", "1", str(big), str(big + 1)]
    assert domain.inputs.edges.shape == (2, 2)


def test_the_share_of_names_that_do_not_meet_is_told(fails, tables):
    told = fails(**tables(edges="source,target\n0,1\n1,70\n70,71\n"))
    assert "edges.csv:3: expected nodes that are in" in told
    assert "it lacks 2 of the 4 names of the edges (50%), by its column 'node'" in told


def test_edges_of_nodes_that_the_table_lacks_may_be_left_out(loaded, tables):
    domain = loaded(**tables(edges="source,target\n0,1\n1,70\n70,71\n"), skip_bad=True)
    assert domain.inputs.edges.shape == (2, 2)
    assert any("2 edges of 2 nodes that" in note and "lacks are left out" in note for note in domain.notes)


def test_decimal_commas_are_numbers(loaded, tables):
    nodes = "id;kind;size\na;x;1,50\nb;y;2\nc;x;0,5\nd;y;0,5\n"
    domain = loaded(**tables(edges="u,v\na,b\nb,c\nc,d\n", nodes=nodes), label="kind")
    assert domain.inputs.columns == ("size",)
    assert domain.inputs.features.toarray().ravel().tolist() == [1.5, 2.0, 0.5, 0.5]
    assert "with decimal commas: 'size'" in " ".join(domain.notes)
