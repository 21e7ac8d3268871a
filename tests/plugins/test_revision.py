"""The version that follows the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from relxfer.plugins import revision


def test_a_folder_that_is_no_checkout_has_no_commit(tmp_path):
    assert revision.of_checkout(tmp_path) is None
    (tmp_path / ".git").mkdir()  # a damaged one
    assert revision.of_checkout(tmp_path) is None


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_checkout_has_its_commit_and_says_whether_files_differ(tmp_path):
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    (tmp_path / "file").write_text("one")
    for command in (["init", "-q"], ["add", "file"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True, timeout=60)
        assert command[0] != "init" or revision.of_checkout(tmp_path) is None, "no commit yet"
    commit = revision.of_checkout(tmp_path)
    assert re.fullmatch("[0-9a-f]{10}", commit)
    index = tmp_path / ".git" / "index"
    os.utime(tmp_path / "file", (1, 1))
    before = index.read_bytes()
    assert revision.of_checkout(tmp_path) == commit, "the same content at another time"
    assert index.read_bytes() == before, "a git of the user may work in it"
    (tmp_path / "new").touch()
    assert revision.of_checkout(tmp_path) == commit, "not a file of the commit"
    (tmp_path / "file").write_text("two")
    assert revision.of_checkout(tmp_path) == f"{commit}.dirty"


def test_a_wheel_keeps_its_commit_in_its_metadata(monkeypatch):
    class Wheel:
        def read_text(self, name):
            return "1a2b3c4d5e\n" if name == "extra_metadata/COMMIT" else None

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Wheel())
    assert revision._of_wheel() == "1a2b3c4d5e"
