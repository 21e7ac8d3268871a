"""The format of a file is that of its ending."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from relxfer_social.options import NetworkFiles


def test_another_kind_of_file_is_told(fails, tmp_path, tables):
    (tmp_path / "a.doc").write_bytes(b"x")
    assert "expected a name ending in .csv" in fails(path=tmp_path / "a.doc")
    with pytest.raises(ValidationError, match="expected nodes beside edges"):
        NetworkFiles(path=tmp_path / "a.doc", nodes=tables()["nodes"])
