"""Names in their natural order."""

from __future__ import annotations

from pathlib import Path

import pytest
from relxfer_social.data.user_files import load
from relxfer_social.options import NetworkFiles

EDGES = "source,target\n0,1\n1,2\n2,10\n10,2\n0,0\n"


NODES = "node,label,size,kind\n0,a,1.5,x\n1,b,0,y\n2,a,-2,\n10,b,3,x\n11,,4,x\n"


def loaded(**keys):
    return load(NetworkFiles(**keys), {})


@pytest.fixture
def tables(tmp_path):
    def write(edges=EDGES, nodes=NODES) -> dict[str, Path]:
        (tmp_path / "edges.csv").write_text(edges)
        (tmp_path / "nodes.csv").write_text(nodes)
        return {"path": tmp_path / "edges.csv", "nodes": tmp_path / "nodes.csv"}

    return write


def test_a_node_may_be_called_by_a_number_of_any_length(tables):
    long = "9" * 5000
    domain = loaded(**tables(edges=f"source,target\n7,{long}\n", nodes=f"node,label\n{long},a\n7,b\n"))
    assert domain.inputs.nodes == ("7", long)
