"""The user's network as a domain: classes, and splits as given."""

from __future__ import annotations


def test_a_split_is_kept(loaded, tables):
    nodes = "id,label,split\n0,a,train\n1,b,TRAIN\n2,a,test\n10,b,valid\n11,c,test\n"
    domain = loaded(**tables(nodes=nodes))
    parts = {part: getattr(domain, part).queries.tolist() for part in ("train", "val", "test")}
    assert parts == {"train": [0, 1], "val": [3], "test": [2, 4]}
    assert "split as given: 2 train, 1 val, 2 test" in domain.notes
    assert "1 test nodes have the label 'c', which no training node has" in domain.notes


def test_a_network_without_edges(loaded, tables):
    domain = loaded(**tables(edges="source,target\n"))
    assert domain.inputs.edges.shape == (2, 0)
    assert "5 of 5 nodes have no edge" in domain.notes


def test_links_need_no_labels(loaded, tables):
    domain = loaded(path=tables()["path"], task="links", test_fraction=0.5)
    assert domain.inputs.nodes == ("0", "1", "2", "10")
    assert domain.inputs.edges.shape == (2, 2)
    assert len(domain.test) == 4
