"""The forms of labelled pictures."""

from __future__ import annotations

import pytest
from relxfer_vision.files.forms import read

from relxfer.errors import DataError


def test_each_form_is_read(folder, tmp_path):
    assert len(read(folder)["all"]) == 20
    (tmp_path / "t.csv").write_text("file,label\npets/cat/cat0.jpg,cat\n")
    assert read(tmp_path / "t.csv")["all"].labels == ["cat"]
    with pytest.raises(DataError, match="expected a folder of pictures"):
        read(tmp_path / "t.xlsx")
