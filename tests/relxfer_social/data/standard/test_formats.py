"""Files of standard networks that are not what they should be."""

from __future__ import annotations

import json

import pytest
from relxfer_social.data.standard import load
from relxfer_social.options import EdgeOptions

from relxfer.errors import DataError


@pytest.fixture
def twitch(tmp_path):
    (tmp_path / "e.csv").write_text("from,to\n0,2\n1,0\n")
    (tmp_path / "f.json").write_text(json.dumps({"1": [5, 5, 0], "0": [3169], "2": []}))
    (tmp_path / "t.csv").write_text("id,mature,new_id\n7,True,0\n8,False,2\n9,False,1\n7,True,0\n")
    return {"edges": tmp_path / "e.csv", "features": tmp_path / "f.json", "target": tmp_path / "t.csv"}


@pytest.mark.parametrize(
    ("role", "content"),
    [
        ("edges", "from,to\n0,x\n"),
        ("edges", "from,to\n0,1,2\n"),
        ("edges", "from,to\n0,3\n"),
        ("features", "{"),
        ("features", '{"0": [3170], "1": [], "2": []}'),
        ("features", '{"1": [1], "2": []}'),
        ("features", "[1]"),
        ("target", "id,mature,new_id\n7,maybe,0\n"),
        ("target", "id,mature,new_id\n7,True,3\n"),
        ("target", "id\n7\n"),
    ],
)
def test_strange_files_are_told(twitch, role, content):
    twitch[role].write_text(content)
    with pytest.raises(DataError, match="expected"):
        load.load_twitch(EdgeOptions(), twitch)


def test_an_absent_file_is_told(tmp_path, twitch):
    with pytest.raises(DataError, match=r"no\.csv: expected a whole file of a network"):
        load.load_twitch(EdgeOptions(), twitch | {"edges": tmp_path / "no.csv"})
