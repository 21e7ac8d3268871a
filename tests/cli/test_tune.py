"""`relxfer tune`: choices and results, in the terminal and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from relxfer import Results, cli
from relxfer.testing import blobs

pytest.importorskip("optuna")
CONFIG = """
seeds = 2
threads = 1
device = "cpu"
target = { dataset = "blobs-target" }
training = { steps = 6, batch_size = 8, validations = 2 }
strategy = ["scratch"]
report = { baselines = false }
tune = { trials = 3, seeds = 1, space = { "training.lr" = [0.0001, 0.01] } }
"""


@pytest.fixture
def config(tmp_path):
    (tmp_path / "c.toml").write_text(CONFIG)
    return tmp_path / "c.toml"


def tune(config, *more):
    out = config.with_name("run")
    return cli.main(["tune", str(config), "--plugin", blobs.__file__, "-q", "--out", str(out), *more])


def test_it_shows_what_was_chosen_and_the_report(config, capsys):
    assert tune(config) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Options were chosen among 3 trials of each row, those of scratch too, by target-val" in told
    assert re.search(r"all scratch training.lr 0.(0005|01|0001) 3", told)
    assert Results.open(config.with_name("run")).row("scratch").choice.trials == 3


def test_json_has_results_and_trials(config, capsys):
    assert tune(config, "--json", "--trials", "2") == 0
    card = json.loads(capsys.readouterr().out)
    assert [row["choice"]["trials"] for row in card["rows"]] == [2]
    assert [len(choice["trials"]) for choice in card["tuning"]["choices"]] == [2]


def test_a_wrong_space_is_told_with_its_key_and_nothing_is_trained(config, capsys):
    assert tune(config, "--set", "tune.space={'scratch.lr_faktor' = [1, 2]}") == 2
    assert "tune.space.scratch.lr_faktor: unknown key" in capsys.readouterr().err
    assert tune(config, "--set", "tune.trials=0") == 2
    assert "tune.trials: expected a number greater than 0 (got 0)" in capsys.readouterr().err
    assert not config.with_name("run").joinpath("cells").exists()
