"""`relxfer recommend`: the page, JSON, and what is told of bad input."""

from __future__ import annotations

import json

import pytest

from relxfer import Results, cli
from relxfer.testing import blobs

CONFIG = """
name = "small"
seeds = 2
threads = 1
device = "cpu"
target = { dataset = "blobs-target", label_budgets = [24] }
source = { datasets = ["blobs-source"], shared = true, training = { steps = 10 } }
training = { steps = 6, batch_size = 8, validations = 2 }
strategy = ["finetune"]
"""


@pytest.fixture
def config(tmp_path):
    (tmp_path / "c.toml").write_text(CONFIG)
    return tmp_path / "c.toml"


def recommend(config, *more):
    return cli.main(["recommend", str(config), "--plugin", blobs.__file__, "-q", *more])


def test_it_shows_the_page_and_leaves_a_run(config, capsys):
    out = config.with_name("run")
    assert recommend(config, "--out", str(out)) == 0
    told = capsys.readouterr().out
    assert any(line.startswith(("USE", "TRAIN FROM SCRATCH", "LEAVE")) for line in told.splitlines()[1:4])
    assert "min allowed" in told
    assert Results.open(out).row("finetune", budget=24).runs == 2


def test_json_has_the_results_and_the_recommendation(config, capsys):
    assert recommend(config, "--out", str(config.with_name("run")), "--json", "--strategies", "l2-sp") == 0
    card = json.loads(capsys.readouterr().out)
    made = card["recommendation"]
    assert made["answer"].startswith(("USE", "TRAIN FROM SCRATCH", "LEAVE"))
    assert {arm["strategy"] for arm in made["arms"]} == {"zero-shot", "scratch", "l2-sp"}
    assert card["rows"]
    assert made["seconds"] > 0


def test_by_default_it_is_made_beside_what_it_is_of(config, capsys, monkeypatch):
    monkeypatch.chdir(config.parent)
    assert recommend(config) == 0
    assert (config.parent / "runs" / "small-recommended" / "recommendation.json").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--minutes", "0.0001"], "raise --minutes"),
        (["--strategies", "fintune"], "did you mean 'finetune'"),
        (["--budget", "0"], "expected a source and a strategy that fit the target"),
        (
            ["--budget", "0", "--strategies", "dann", "--set", "validator=target-val"],
            "expected a validator that scores models",
        ),
        (["--set", "strategy=[]"], "expected strategies to try, got none"),
        (["--set", "training.validations=0"], "expected training.validations above 0"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(config, capsys, more, told):
    assert recommend(config, "--out", str(config.with_name("run")), *more) == 2
    error = capsys.readouterr().err
    assert told in " ".join(error.split())
    assert "Traceback" not in error


@pytest.mark.parametrize("minutes", ["0", "ten", "nan", "inf", "-1"])
def test_minutes_are_a_number_above_0(config, capsys, minutes):
    with pytest.raises(SystemExit):
        recommend(config, f"--minutes={minutes}")
    assert f"expected a number of minutes above 0, got '{minutes}'" in capsys.readouterr().err


def test_without_a_source_it_says_what_to_add(config, capsys):
    config.write_text(CONFIG.replace("source =", "# source ="))
    assert recommend(config, "--out", str(config.with_name("run"))) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err
