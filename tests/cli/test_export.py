"""`relxfer export`: networks for programs without relxfer; `tests/predict/test_export.py` reads what it writes."""

from __future__ import annotations

import json

import pytest

import relxfer
from relxfer.cli import main
from relxfer.testing import blobs


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    config = {
        "threads": 1,
        "device": "cpu",
        "seeds": 2,
        "target": {"dataset": {"use": "digits", "classes": [3, 8]}, "model": {"use": "lenet", "size": 16, "width": 4}},
        "training": {"steps": 2, "batch_size": 8, "validations": 0},
        "strategy": ["scratch"],
        "report": {"baselines": False},
    }
    return relxfer.run(config, tmp_path_factory.mktemp("pictures") / "digits").folder


def test_it_is_written_beside_the_run_and_told_as_json(pictures, capsys):
    assert main(["export", str(pictures), "--json"]) == 0
    shown = capsys.readouterr()
    card = json.loads(shown.out)
    folder = pictures.with_name("digits-export")
    assert card["folder"] == str(folder)
    assert card["scores"]["answers"] == ["3", "8"]
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.safetensors"]
    assert "the first of 2 models" in " ".join(shown.err.split())
    assert "--seed N names another" in shown.err


def test_a_model_of_another_kind_is_refused_in_words(runs, tmp_path, told):
    out = tmp_path / "out"
    assert main(["export", str(runs / "one"), "--out", str(out), "--plugin", blobs.__file__]) == 1
    assert "relxfer refit RUN" in told()
    assert not out.exists()
