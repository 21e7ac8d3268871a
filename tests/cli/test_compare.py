"""`relxfer compare`: as text, as JSON, and as a check that fails."""

from __future__ import annotations

import json
import sys

import pytest

from relxfer.cli import main

METRIC = """
from relxfer import Metric, hookimpl


def right(results):
    return results.scores.argmax(1) == results.answers


@hookimpl
def relxfer_metrics():
    return [Metric(name="right", load="right_of_a_file:right", tasks=("classification",))]
"""
CONFIG = """
seeds = 1
threads = 1
training = { steps = 0 }
strategy = ["scratch"]
report = { metric = "right" }

[target]
dataset = { use = "digits", classes = [3, 8] }
model = { use = "lenet", width = 2 }
label_budgets = [10]
"""


@pytest.mark.parametrize(
    ("limits", "code"),
    [([], 0), (["accuracy:0.99"], 0), (["accuracy:0.01"], 4), (["accuracy:1%"], 4), (["accuracy:0.99", "auc:0"], 4)],
)
def test_a_limit_that_is_broken_is_exit_code_4(trained, untrained, capsys, limits, code):
    arguments = [part for limit in limits for part in ("--fail-if-worse", limit)]
    assert main(["compare", str(trained), str(untrained), *arguments]) == code
    shown = capsys.readouterr()
    assert "no verdict from 2 seeds" in shown.out
    assert ("worse: points → turned, finetune" in " ".join(shown.err.split())) == (code == 4)


def test_as_json_with_the_rows_that_are_worse(trained, untrained, capsys):
    assert main(["compare", str(trained), str(untrained), "--json", "--fail-if-worse", "accuracy:0.01"]) == 4
    found = json.loads(capsys.readouterr().out)
    row = next(row for row in found["rows"] if (row["strategy"], row["budget"]) == ("finetune", "all"))
    compared = row["metrics"]["accuracy"]
    assert compared["a"] - compared["b"] == pytest.approx(-compared["difference"]["estimate"])
    assert (compared["verdict"], row["reason"], row["seeds"]) == (None, "", 2)
    assert {"strategy": "finetune", "metric": "accuracy"}.items() <= found["worse"][0].items()


def test_the_other_way_round_it_is_better(trained, untrained, capsys):
    assert main(["compare", str(untrained), str(trained), "--fail-if-worse", "accuracy:0"]) == 0
    assert "+.5" in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["accuracy", "accuracy:", "accuracy:-1", ":1", "accuracy:1%%"])
def test_limits_that_are_none(limit, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["compare", "a", "b", "--fail-if-worse", limit])
    assert caught.value.code == 2
    assert "expected METRIC:TOLERANCE" in capsys.readouterr().err


def test_a_metric_of_a_plugin_in_a_file(tmp_path, monkeypatch, capsys, told):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", list(sys.path))
    (tmp_path / "right_of_a_file.py").write_text(METRIC)
    (tmp_path / "run.toml").write_text(CONFIG)
    plugin = ["--plugin", "right_of_a_file.py"]
    assert main(["run", "run.toml", "-q", "--out", "a", *plugin]) == 0
    capsys.readouterr()
    assert main(["compare", "a", "a"]) == 2
    assert "expected a plugin that offers the metric 'right', got none; load it from its file (--plugin" in told()
    assert main(["compare", "a", "a", *plugin]) == 0
    assert "right" in capsys.readouterr().out
