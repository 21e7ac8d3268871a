"""The format of a file is that of its ending."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
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


def test_another_kind_of_file_is_told(tmp_path, tables):
    (tmp_path / "a.mat").write_bytes(b"x")
    assert "expected a name ending in .csv" in fails(path=tmp_path / "a.mat")
    with pytest.raises(ValidationError, match="expected nodes beside a list of edges"):
        NetworkFiles(path=tmp_path / "a.mat", nodes=tables()["nodes"])
