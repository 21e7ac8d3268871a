"""Features on disk: whole files that nothing depends on."""

from __future__ import annotations

import os

import numpy as np
import pytest

from relxfer.train import feature_files
from relxfer.train.feature_files import FeatureFiles

PIECES = {"piece-a": np.ones((2, 3), np.float32), "piece-b": np.zeros((1, 3), np.float32)}


def test_what_one_process_wrote_another_reads_once(tmp_path):
    FeatureFiles(tmp_path).write("body", PIECES)
    disk = FeatureFiles(tmp_path)
    found = dict(disk.unread("body"))
    assert found.keys() == PIECES.keys()
    assert all(np.array_equal(found[name], PIECES[name]) for name in PIECES)
    assert dict(disk.unread("body")) == {}
    assert dict(disk.unread("another")) == {}


def test_what_it_wrote_itself_it_does_not_read(tmp_path):
    disk = FeatureFiles(tmp_path)
    disk.write("body", PIECES)
    assert dict(disk.unread("body")) == {}


def test_a_damaged_file_is_removed_and_the_others_are_read(tmp_path):
    disk = FeatureFiles(tmp_path)
    disk.write("body", {"a": np.ones(3, np.float32)})
    disk.write("body", {"b": np.ones(3, np.float32)})
    first = min(tmp_path.glob("body/*.safetensors"))
    first.write_bytes(first.read_bytes()[:-1])
    assert len(dict(FeatureFiles(tmp_path).unread("body"))) == 1
    assert not first.exists()


def test_a_file_that_was_read_counts_as_used(tmp_path):
    FeatureFiles(tmp_path).write("body", PIECES)
    (path,) = tmp_path.glob("body/*.safetensors")
    os.utime(path, (1, 1))
    dict(FeatureFiles(tmp_path).unread("body"))
    assert path.stat().st_mtime > 1


@pytest.mark.parametrize(("told", "expected"), [("off", None), ("/some/where", "/some/where")])
def test_the_user_says_where_they_are_kept(monkeypatch, told, expected):
    monkeypatch.setenv("RELXFER_FEATURES", told)
    found = FeatureFiles.of_user()
    assert (None if found is None else str(found.folder)) == expected


def test_without_a_word_they_are_in_the_folder_for_caches(monkeypatch):
    monkeypatch.delenv("RELXFER_FEATURES")
    found = FeatureFiles.of_user()
    assert found is not None
    assert found.folder.name == "features"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").touch()
    FeatureFiles(tmp_path / "file").write("body", PIECES)


def test_the_oldest_features_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(feature_files, "MOST", 3000)
    disk = FeatureFiles(tmp_path)
    for number in range(4):
        disk.write(f"body{number}", {"piece": np.full((16, 16), number, np.float32)})
    left = sorted(path.parent.name for path in tmp_path.glob("*/*.safetensors"))
    assert left[-1] == "body3"
    assert len(left) == 2
