"""Files of a run directory as bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from relxfer.errors import ArtefactError, UnfitArtefact
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


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "here" / "cells" / "ab" / "model"
    path.parent.mkdir(parents=True)
    path.write_text("new")
    content = archive.packed(tmp_path / "here", ["cells/ab/model"])
    path.write_text("old")

    def fails(*paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(ArtefactError, match="No space left on device"):
        archive.unpack(content, tmp_path / "here")
    assert path.read_text() == "old"
    assert [each.name for each in path.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("name", ["config.toml", "cells/../../out", "/etc/passwd", "../cells/a"])
def test_nothing_is_written_elsewhere(tmp_path, name):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr(name, "mine")
    with pytest.raises(UnfitArtefact, match="expected files of sources, cells, evaluations, events, got"):
        archive.unpack(content.getvalue(), tmp_path / "run")
    assert not list(tmp_path.rglob("*"))
