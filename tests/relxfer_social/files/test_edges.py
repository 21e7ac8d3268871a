"""Edges from rows of a file."""

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


def test_options_of_edges(tables):
    def count(**options):
        return loaded(**tables(), **options).inputs.edges.shape[1]

    assert (count(directed=True), count(loops=False), count(duplicates=True)) == (5, 6, 10)
