"""Files of a run directory as bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from relxfer.errors import UnfitArtefact
from relxfer.execute.workers import archive


def test_what_was_trained_travels_and_checkpoints_stay(tmp_path):
    for name in ("cells/ab/model", "cells/ab/phases/fit-0", "evaluations/cd.json", "config.toml"):
        path = tmp_path / "here" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    names = archive.files_of(tmp_path / "here")
    assert sorted(names) == ["cells/ab/model", "evaluations/cd.json"]
    archive.unpack(archive.packed(tmp_path / "here", names), tmp_path / "there")
    assert (tmp_path / "there" / "cells/ab/model").read_text() == "cells/ab/model"


@pytest.mark.parametrize("name", ["config.toml", "cells/../../out", "/etc/passwd", "../cells/a"])
def test_nothing_is_written_elsewhere(tmp_path, name):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr(name, "mine")
    with pytest.raises(UnfitArtefact, match="expected files of sources, cells, evaluations, events, got"):
        archive.unpack(content.getvalue(), tmp_path / "run")
    assert not list(tmp_path.rglob("*"))
