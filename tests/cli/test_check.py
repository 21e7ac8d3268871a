"""`relxfer check`: the plan, refusals, and mistakes that a run would only meet later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relxfer.cli import main


def test_check(config, capsys):
    assert main(["check", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == 5
    assert main(["check", str(config), "--seeds", "2,5"]) == 0
    assert "10 cells" in " ".join(capsys.readouterr().out.split())


def test_of_a_run_that_may_stop_before_the_plan_is_told_at_most(config, capsys):
    assert main(["check", str(config), "--set", 'seeds={max = 20, stop = "decided"}']) == 0
    assert "valid; at most 100 cells" in " ".join(capsys.readouterr().out.split())


def test_refusals_are_known_before_anything_runs(config, capsys):
    without = config.read_text().replace('[source]\ndatasets = ["geo-world"]\n', "")
    config.write_text(without.replace("geo-us", "digits"))  # pictures have no weights that come along
    assert main(["check", str(config)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "strategy 'finetune' cannot run here: needs source-model: there is no [source]" in shown
    fitting = shown.partition("Strategies that fit: ")[2].split(" ")
    assert fitting[:2] == ["ensemble,", "k-means,"]  # not dgi and grace, which are stages


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("seeds=100000000000000000000000", "seeds: expected a number of at most 64 bits"),
        ("seeds=10001", "seeds: expected a number of seeds from 1 to 10,000"),
        ("seeds=nonsense", "seeds: expected a number of seeds from 1 to 10,000"),
        ("threads=100000000000", "threads: "),
        ("report.metric=foo", "report.metric[0]: no metric"),
        ("training.lr=inf", "training.lr: "),
        ("timeout=0", "timeout: "),
        ('target.dataset={use="kg-files", facts=[]}', "target[0].dataset.facts: expected"),
    ],
)
def test_check_finds_what_would_fail_later(tmp_path, change, expected, told):
    (tmp_path / "run.toml").write_text('[target]\ndataset = "geo-us"\n')
    assert main(["check", str(tmp_path / "run.toml"), "--set", change]) == 2
    assert expected in told()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_a_configuration_without_end_is_told(told):
    assert main(["check", "/dev/zero"]) == 2
    assert "at most 1 MB" in told()


def test_a_message_about_an_endless_name_has_an_end(tmp_path, told):
    (tmp_path / "run.toml").write_text(f'[target]\ndataset = "{"x" * 100_000}"\n')
    assert main(["check", str(tmp_path / "run.toml")]) == 2
    assert len(told()) < 11_000
