"""The format of a file is that of its ending."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from relxfer_social.options import NetworkFiles


def test_another_kind_of_file_is_told(fails, tmp_path, tables):
    (tmp_path / "a.mat").write_bytes(b"x")
    assert "expected a name ending in .csv" in fails(path=tmp_path / "a.mat")
    with pytest.raises(ValidationError, match="expected nodes beside a list of edges"):
        NetworkFiles(path=tmp_path / "a.mat", nodes=tables()["nodes"])
