"""Where a recommendation is made."""

from __future__ import annotations

from pathlib import Path

import relxfer
from relxfer.choose.recommending.place import folder_of, hurts
from relxfer.judge.records import Verdict
from relxfer.testing import blobs

from .conftest import CONFIG


def test_a_run_keeps_its_own_results(tmp_path):
    assert folder_of(tmp_path, "x") == tmp_path.with_name(f"{tmp_path.name}-recommended")
    assert folder_of({"name": "x"}, "x") == Path("runs/x-recommended")


def test_a_finished_run_says_whether_its_first_row_hurts(tmp_path, monkeypatch):
    made = relxfer.run(CONFIG, tmp_path / "run", plugins=[blobs], progress=False)
    assert hurts(tmp_path / "run") is (made.row("finetune", source="blobs-source").verdict is Verdict.HURTS)
    assert hurts("a.toml") is False
    assert hurts(tmp_path) is False
