"""`relxfer refit`: a row of a run as a folder that answers."""

from __future__ import annotations

import pytest

from relxfer.cli import main
from relxfer.predict import folder
from relxfer.testing import blobs


@pytest.fixture
def plugin():
    return ["--plugin", blobs.__file__]


def test_the_best_row_is_written_beside_the_run_and_what_is_next_is_said(runs, plugin, capsys):
    assert main(["refit", str(runs / "one"), "-q", *plugin]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "trained again on all that is known: " in told
    assert "by validation accuracy" in told
    assert f"next: relxfer predict {runs / 'one-refit'} --queries FILE" in told
    assert folder.About.of(runs / "one-refit").target == "turned"
    assert not (runs / "one-refit" / "work").exists()


def test_a_strategy_a_seed_and_a_place_are_named(runs, plugin, capsys):
    out = runs.parent / "mine"
    assert main(["refit", str(runs / "one"), "--strategy", "finetune", "--seed", "1", "--out", str(out), *plugin]) == 0
    assert "done points → turned finetune, budget all" in " ".join(capsys.readouterr().err.split())
    assert folder.About.of(out).seeds == (1,)
    assert [path.name for path in (out / "models").iterdir()] == ["0.safetensors"]


def test_a_strategy_that_is_not_there_is_told(runs, plugin, told):
    assert main(["refit", str(runs / "one"), "--strategy", "dann", *plugin]) == 2
    assert "a finished cell for strategy 'dann'" in told()
    assert not (runs / "one-refit").exists()
