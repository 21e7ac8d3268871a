"""A run that mixes kinds of task, one of them of a plugin: report, frames, comparison, curves, items, predictions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import relxfer
from relxfer.cli import main
from relxfer.report import terminal
from relxfer.report.markdown import markdown
from relxfer.store.console import PlainConsole
from relxfer.testing import blobs, harness

sys.path.append(str(Path(__file__).parent))
import town  # type: ignore[import-not-found]

KINDS = {"districts": "classification", "rents": "regression", "shops": "multi-label", "people": "counts"}
TRAINING = {"steps": 60, "batch_size": 16, "lr": 0.03, "validations": 3}


def config(**changes) -> dict:
    return {
        "name": "town",
        "seeds": 3,
        "threads": 1,
        "device": "cpu",
        "source": [
            {"name": f"other {name}", "datasets": [{"use": "town", "half": 1}], "task": kind, "shared": True,
             "training": TRAINING}
            for name, kind in KINDS.items()
        ][:1],
        "target": [
            {"name": name, "dataset": "town", "task": kind, "label_budgets": [15, "all"]}
            for name, kind in KINDS.items()
        ],
        "training": TRAINING,
        "strategy": ["finetune", "scratch"],
        "report": {"metric": ["deviance", "mae", "accuracy"], "oracle": True},
    } | changes  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return harness.run(config(), tmp_path_factory.mktemp("town") / "run", [blobs, town])


def text(renderable) -> str:
    console = PlainConsole(width=220)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def trained(run) -> list[relxfer.Row]:
    """The rows that run on every kind: the unchanged source fits the classes of districts only."""
    return [row for row in run.rows if row.strategy in ("finetune", "scratch")]


def test_every_kind_has_its_own_metrics_and_verdicts(run):
    assert not run.failed, [cell.reason for cell in run.failed]
    deciding = {name: target.metrics[0].name for name, target in run.targets.items()}
    assert deciding == {"districts": "accuracy", "rents": "mae", "shops": "macro-f1", "people": "deviance"}
    assert {name: target.task for name, target in run.targets.items()} == KINDS
    assert {row.metric for row in run.rows if row.target == "people"} == {"deviance"}
    for row in trained(run):
        assert row.interval is not None
        assert row.oracle is not None
        if row.strategy == "finetune":
            assert row.gain is not None
            assert "test items come in only 4 groups" in row.note
    people = run.metric_of("people")
    assert (people.direction, people.low, people.minimal_effect) == ("lower", 0.0, 0.1)


def test_the_oracle_of_an_error_is_its_smallest_value(run):
    for row in trained(run):
        better = 1 if run.metric_of(row.target).direction == "higher" else -1
        assert better * row.oracle >= better * row.interval.estimate - 1e-9


def test_a_metric_without_a_value_has_a_reason_everywhere(run):
    people = run.row("finetune", target="people")
    assert people.undefined == {"empty": "no house of the test is empty"}
    assert "empty" not in people.metrics
    report = text(terminal.render(run, wanted=["metrics"]))
    assert "empty has no value: no house of the test is empty" in report
    assert "deviance ↓ [95 %]" in report
    assert "empty has no value: no house of the test is empty" in markdown(run)
    again = relxfer.Results.open(run.folder)
    assert again.row("finetune", target="people").undefined == people.undefined
    frame = run.to_frame("rows").set_index(["target", "strategy", "budget"])
    assert frame.loc[("people", "finetune", "all"), "undefined"] == "empty: no house of the test is empty"
    assert np.isnan(frame.loc[("people", "finetune", "all"), "accuracy"])


def test_curves_are_of_the_deciding_metric_of_each_target(run):
    found = {curves.target: curves for curves in run.curves}
    assert {name: curves.metric for name, curves in found.items()} == {
        name: target.metrics[0].name for name, target in run.targets.items()
    }
    assert {name: curves.direction for name, curves in found.items()} == {
        "districts": "higher", "rents": "lower", "shops": "higher", "people": "lower"
    }  # fmt: skip


def test_groups_are_whole_and_are_what_intervals_resample(run):
    test = run.targets["rents"].counts["test"]
    assert (test.units, test.groups) == (20, 4)
    assert run.row("scratch", target="rents").interval.units == 4


def test_items_have_names_groups_tags_and_values(run):
    frame = run.items("scratch", target="rents", plugins=harness.not_installed([blobs, town]))
    assert frame.columns.tolist() == ["item", "group", "tag: district", "seed 0", "seed 1", "seed 2"]
    assert frame["item"].tolist() == [f"house {n}" for n in range(40, 60)]
    assert frame["group"].tolist() == [n // 5 for n in range(40, 60)]
    assert frame["tag: district"].tolist() == [town.DISTRICTS[n % 3] for n in range(40, 60)]
    mean = frame[["seed 0", "seed 1", "seed 2"]].to_numpy().mean()
    assert mean == pytest.approx(run.row("scratch", target="rents").metrics["mae"])
    assert set(frame.groupby("tag: district")["seed 0"].mean().index) == set(town.DISTRICTS)


def test_a_second_run_is_compared_by_the_metric_of_each_target(run, tmp_path):
    worse = harness.run(
        config(training=TRAINING | {"steps": 1, "lr": 1e-5, "validations": 1}), tmp_path / "worse", [blobs, town]
    )
    from relxfer.judge.scoring import Scorer
    from relxfer.plugins import in_process
    from relxfer.results.comparing import pairing

    scorer = Scorer(in_process.load(harness.not_installed([blobs, town])))
    limits = [pairing.Limit.parse(text) for text in ("deviance:1%", "accuracy:1%")]
    found = pairing.pair(run, worse, scorer, [limit.metric for limit in limits])
    found.require_rows(limits)
    people = next(r for r in found.rows if (r.target, r.strategy, r.budget) == ("people", "scratch", "all"))
    deviance = people.metrics["deviance"]
    assert (deviance.verdict, deviance.direction) == (None, "lower")
    assert "only 4 groups" in deviance.reason
    assert deviance.difference.estimate < 0
    assert deviance.b > deviance.a
    assert deviance.difference.estimate == pytest.approx(deviance.a - deviance.b)
    with pytest.raises(relxfer.UnknownName, match="no metric of these tasks is called 'mrr'"):
        pairing.pair(run, worse, scorer, ["mrr"])
    only = [pairing.Limit.parse("bias:1%")]
    with pytest.raises(relxfer.UsageError, match="got none that can be compared"):
        pairing.pair(run, worse, scorer).require_rows(only)


TOML = """
name = "people"
seeds = 1
threads = 1
device = "cpu"
[target]
dataset = "town"
task = "counts"
[training]
steps = 60
batch_size = 16
lr = 0.03
[[strategy]]
use = "scratch"
[report]
metric = "deviance"
"""


def test_a_kind_of_a_plugin_runs_from_toml_to_predictions(tmp_path, capsys):
    """The plugin is a file, as a user has it."""
    (tmp_path / "people.toml").write_text(TOML)
    questions = tmp_path / "asked.tsv"
    questions.write_text("house\nhouse 40\nhouse 41\nhouse 42\n")
    plugins = [part for plugin in (blobs, town) for part in ("--plugin", str(plugin.__file__))]
    assert main(["run", str(tmp_path / "people.toml"), "--out", str(tmp_path / "run"), *plugins]) == 0
    assert "deviance ↓ [95 %]" in capsys.readouterr().out
    assert main(["predict", str(tmp_path / "run"), "--queries", str(questions), "--json", *plugins]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert [(line["house"], line["answer"]) for line in answers] == [(f"house {n}", "people") for n in (40, 41, 42)]
    values = [line["value"] for line in answers]
    assert sorted(values) == [values[2], values[0], values[1]], "40 is on the hill, 41 at the park, 42 at the harbour"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"target": {"dataset": "town", "task": "guessing"}}, "guessing"),
        ({"report": {"metric": ["deviance", "mrr"]}}, "mrr"),
        ({"target": {"dataset": "town", "task": "ranking"}}, "ranking"),
    ],
)
def test_a_task_or_a_metric_that_is_not_there_is_told(tmp_path, changes, told):
    with pytest.raises(relxfer.RelxferError, match=told):
        harness.run(config(**changes), tmp_path / "run", [blobs, town])
