"""Attributes of nodes: labels, features and splits by their names."""

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


def test_masks_are_kept(tables):
    nodes = "id,label,train_mask,test_mask\n0,a,1,0\n1,b,true,false\n2,a,0,1\n10,b,0,0\n"
    domain = loaded(**tables(nodes=nodes))
    assert (domain.train.queries.tolist(), domain.test.queries.tolist()) == ([0, 1], [2])
    assert "1 labelled nodes are in no part, so that their labels are not used" in domain.notes
    assert domain.inputs.features is None


def test_texts_that_are_names_are_told(tables):
    nodes = "id,label,called\n0,a,Ann\n1,b,Bob\n2,a,Cid\n10,b,Dot\n"
    told = "'called' has 4 values, one for nearly every node; leave it out of features, unless that is meant"
    assert told in loaded(**tables(nodes=nodes)).notes


def test_names_that_are_not_there(tables):
    assert "expected 'lable' of the nodes, got none: did you mean 'label'" in fails(**tables(), label="lable")
    assert "expected 'sizes' of the nodes" in fails(**tables(), features=["sizes"])
    assert "got 'kind' as both" in fails(**tables(), label="kind", features=["kind"])
