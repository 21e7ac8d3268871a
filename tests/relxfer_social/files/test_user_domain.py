"""The user's network as a domain: classes, and splits as given."""

from __future__ import annotations

from pathlib import Path

import pytest
from relxfer_social.data.user_files import load
from relxfer_social.options import NetworkFiles

from relxfer.errors import DataError

EDGES = "source,target\n0,1\n1,2\n2,10\n10,2\n0,0\n"


NODES = "node,label,size,kind\n0,a,1.5,x\n1,b,0,y\n2,a,-2,\n10,b,3,x\n11,,4,x\n"


def loaded(**keys):
    return load(NetworkFiles(**keys), {})


def fails(**keys) -> str:
    with pytest.raises(DataError) as error:
        loaded(**keys)
    return str(error.value)


@pytest.fixture
def tables(tmp_path):
    def write(edges=EDGES, nodes=NODES) -> dict[str, Path]:
        (tmp_path / "edges.csv").write_text(edges)
        (tmp_path / "nodes.csv").write_text(nodes)
        return {"path": tmp_path / "edges.csv", "nodes": tmp_path / "nodes.csv"}

    return write


def test_a_split_is_kept(tables):
    nodes = "id,label,split\n0,a,train\n1,b,TRAIN\n2,a,test\n10,b,valid\n11,c,test\n"
    domain = loaded(**tables(nodes=nodes))
    parts = {part: getattr(domain, part).queries.tolist() for part in ("train", "val", "test")}
    assert parts == {"train": [0, 1], "val": [3], "test": [2, 4]}
    assert "split as given: 2 train, 1 val, 2 test" in domain.notes
    assert "1 test nodes have the label 'c', which no training node has" in domain.notes


def test_a_network_without_edges(tables):
    domain = loaded(**tables(edges="source,target\n"))
    assert domain.inputs.edges.shape == (2, 0)
    assert "5 of 5 nodes have no edge" in domain.notes


def test_links_need_no_labels(tables):
    assert 'or write task = "links", for which nobody needs labels' in fails(path=tables()["path"])
    domain = loaded(path=tables()["path"], task="links", test_fraction=0.5)
    assert domain.inputs.nodes == ("0", "1", "2", "10")
    assert domain.inputs.edges.shape == (2, 2)
    assert len(domain.test) == 4
