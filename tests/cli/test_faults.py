"""Whatever is asked of the command line: a message and an exit code, never a traceback, and nobody's file is lost."""

from __future__ import annotations

import json
import sys

import pytest

import relxfer
from relxfer.cli import main

CONFIG = {
    "seeds": [0],
    "source": {
        "datasets": [{"use": "geo-us", "split_seed": 1}],
        "model": {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 1},
        "training": {"steps": 2, "validations": 0},
    },
    "target": {"dataset": "geo-us"},
    "strategy": {"use": "zero-shot"},
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return relxfer.run(CONFIG, tmp_path_factory.mktemp("runs") / "small").folder


def test_a_gpu_that_is_not_there_is_a_usage_error(tmp_path, monkeypatch, told):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    (tmp_path / "run.toml").write_text('device = "cuda"\n[target]\ndataset = "geo-us"\n')
    assert main(["run", str(tmp_path / "run.toml"), "--out", str(tmp_path / "r")]) == 2
    assert 'expected a GPU for device = "cuda"' in told()


@pytest.mark.parametrize("verb", ["report", "show", "list", "predict"])
@pytest.mark.parametrize("name", ["results.json", "provenance.json"])
@pytest.mark.parametrize("content", ["[]", "{}", '{"version": 1}', "null", '{"version": 1, "cells": 3}', "{", ""])
def test_stored_files_of_another_shape(tmp_path, run, verb, name, content, told):
    folder = tmp_path / "runs" / "bad"
    folder.mkdir(parents=True)
    for kept in ("results.json", "provenance.json", "config.toml"):
        (folder / kept).write_bytes((run / kept).read_bytes())
    (folder / name).write_text(content)
    arguments = {
        "report": ["report", str(folder)],
        "show": ["show", "ab", "--run", str(folder)],
        "list": ["runs", "list", str(folder.parent)],
        "predict": ["predict", str(folder), "--relation", "adjoins_state"],
    }[verb]
    code = main(arguments)
    shown = told()
    if name == "results.json" and verb != "list":
        assert code in (1, 2)
        assert "expected" in shown


def test_an_empty_id_shows_nothing(run, told):
    assert main(["show", "", "--run", str(run)]) == 2
    assert "fits 0" in told()


def test_a_full_output_is_told(run):
    import subprocess

    with open("/dev/full", "w") as full:
        arguments = [sys.executable, "-m", "relxfer", "report", str(run)]
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_runs_that_are_not_there(tmp_path, capsys, told):
    assert main(["runs", "list", str(tmp_path / "nowhere")]) == 2
    assert "expected a folder of runs" in told()
    assert main(["report", str(tmp_path / "nowhere")]) == 2
    assert main(["runs", "clean", str(tmp_path)]) == 0
    assert "no runs in" in capsys.readouterr().out


def test_cleaning_leaves_what_is_not_ours(tmp_path, run):
    import shutil

    folder = tmp_path / "runs" / "mine"
    shutil.copytree(run, folder)
    (folder / "thesis.tex").write_text("x")
    assert main(["runs", "clean", "--all", str(folder.parent)]) == 0
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


def test_columns_keep_their_order(run):
    assert next(iter(json.loads((run / "results.json").read_text())["rows"][0]["metrics"])) == "mrr"


def test_a_budget_above_the_data_is_remarked_on(run, tmp_path):
    from relxfer.report.wording import of_data

    found = relxfer.run({**CONFIG, "target": {**CONFIG["target"], "label_budgets": [100_000, "all"]}}, tmp_path / "r")
    assert any("a budget of 100,000 is more than" in sentence for sentence in of_data(found))
