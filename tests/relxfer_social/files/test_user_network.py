"""The format of a file is that of its ending."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pydantic import ValidationError
from relxfer_social.files.inspection import inspect
from relxfer_social.options import NetworkFiles

from relxfer.errors import NotMine


def test_another_kind_of_file_is_told(fails, tmp_path, tables):
    (tmp_path / "a.doc").write_bytes(b"x")
    assert "expected a name ending in .csv" in fails(path=tmp_path / "a.doc")
    with pytest.raises(ValidationError, match="expected nodes beside edges"):
        NetworkFiles(path=tmp_path / "a.doc", nodes=tables()["nodes"])


def test_a_list_of_objects_is_a_list_of_edges(loaded, tmp_path):
    rows = [{"source": f"n{i}", "target": f"n{(i + 1) % 9}"} for i in range(9)]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "a.csv").write_text("source,target\n" + "".join(f"{row['source']},{row['target']}\n" for row in rows))
    given, same = (loaded(path=tmp_path / name, task="links") for name in ("a.json", "a.csv"))
    assert given.sha == same.sha
    assert len(inspect(tmp_path / "a.json").domain.inputs) == 9


@pytest.mark.parametrize("name", ["a.csv", "a.npz"])
def test_a_network_without_nodes_is_told(fails, tmp_path, name):
    (tmp_path / "a.csv").write_text("source,target\n")
    np.savez(tmp_path / "a.npz", x=np.zeros((0, 3)), edge_index=np.zeros((2, 0), int), y=np.zeros(0, int))
    assert f"{name}: expected nodes, got none" in fails(path=tmp_path / name)


def test_a_list_of_facts_is_no_network(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"s": f"a{i}", "p": "knows", "o": f"a{i + 1}"} for i in range(9)]))
    with pytest.raises(NotMine):
        inspect(tmp_path / "a.json")
