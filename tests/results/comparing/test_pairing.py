"""Two runs side by side: what is paired, what is not, and the regression check."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from relxfer.cli import main
from relxfer.errors import UnknownName
from relxfer.judge.intervals import gain as paired_gain
from relxfer.judge.records import Interval
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results.comparing import pairing
from relxfer.results.results import Results
from relxfer.store import files
from relxfer.testing import blobs, harness

SCORER = Scorer(Plugins.load(third_party=False))
LARGE = {"use": "blobs-target", "train": 150}


def config(steps: int, seeds: list[int], dataset: dict = LARGE, source: str = "blobs", **more: object) -> dict:
    return {
        "seeds": seeds,
        "threads": 1,
        "device": "cpu",
        "source": {"name": source, "datasets": ["blobs-source"], "training": {"steps": 1}, "shared": True},
        "target": {"name": "turned", "dataset": dataset, "label_budgets": [12, "all"]},
        "strategy": [{"use": "finetune"}],
        "training": {"steps": steps, "lr": 0.05, "batch_size": 12} if steps else {"steps": 0},
        "report": {"baselines": False},
    } | more


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run directories by name."""
    folder = tmp_path_factory.mktemp("runs")
    made = {
        "good": config(40, [0, 1, 2]),
        "poor": config(0, [0, 1, 2]),
        "fewer seeds": config(0, [1, 2, 3]),
        "later seeds": config(0, [7]),
        "shuffled": config(0, [0, 1, 2], LARGE | {"shuffle_test": 1}),
        "larger": config(0, [0, 1, 2], LARGE | {"train": 180}),
        "renamed": config(0, [0], source="other"),
        "two rows": config(40, [0, 1, 2], strategy=[{"use": "finetune"}, {"use": "feature-extraction"}]),
    }
    return {name: harness.run(table, folder / name.replace(" ", "-"), [blobs]).folder for name, table in made.items()}


@pytest.fixture
def compare(runs, capsys):
    """`relxfer compare` on two of the runs: exit code, output, complaint."""

    def call(a: str, b: str, *arguments: str) -> tuple[int, str, str]:
        code = main(["compare", str(runs[a]), str(runs[b]), *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err.replace("\n", " ")

    return call


def test_rows_are_paired_by_seed_and_query(compare, runs):
    code, shown, _ = compare("good", "fewer seeds", "--json")
    assert code == 0
    found = json.loads(shown)
    row = next(row for row in found["rows"] if row["budget"] == "all")
    assert (row["seeds"], row["items"]) == (2, 100)
    sides = []
    for name in ("good", "fewer seeds"):
        results = Results.open(runs[name])
        cells = {c.seed: c for c in results.cells if c.budget == "all"}
        found = [
            files.read_arrays(runs[name] / "evaluations" / f"{cells[s].evaluation}.safetensors")[0] for s in (1, 2)
        ]
        sides.append(np.stack([a["scores"].argmax(1) == a["answers"] for a in found]).astype(float))
    expected = paired_gain(sides[1], sides[0], np.arange(100))
    compared = row["metrics"]["accuracy"]
    assert compared["difference"]["estimate"] == pytest.approx(expected.estimate)
    assert compared["difference"]["low"] == pytest.approx(expected.low)
    assert compared["a"] - compared["b"] == pytest.approx(-expected.estimate)


def test_a_run_compared_with_itself_shows_no_difference(compare):
    code, shown, _ = compare("good", "good", "--fail-if-worse", "accuracy:0")
    assert code == 0
    assert "no difference" in shown


@pytest.mark.parametrize(
    ("a", "b", "limits", "code"),
    [
        ("good", "poor", ["accuracy:1%"], 4),
        ("good", "poor", ["accuracy:0.01"], 4),
        ("good", "poor", ["accuracy:0.99"], 0),
        ("good", "poor", ["accuracy:0.99", "accuracy:5%"], 4),
        ("good", "poor", [], 0),
        ("poor", "good", ["accuracy:0"], 0),
    ],
)
def test_the_regression_check(a, b, limits, code, compare):
    arguments = [part for limit in limits for part in ("--fail-if-worse", limit)]
    got, shown, complaint = compare(a, b, *arguments)
    assert got == code
    assert ("worse" if a == "good" else "better") in shown
    assert ("worse: blobs → turned, finetune" in complaint) == (code == 4)


def test_worse_by_little_or_unsurely_breaks_no_limit():
    limit = pairing.Limit.parse("mrr:1%")

    def breaks(estimate: float, low: float, high: float) -> bool:
        return limit.broken_by(
            pairing.Compared(0.5, 0.5 + estimate, Interval(estimate, low, high, 6, 100), "worse", 0.01)
        )

    assert breaks(-0.1, -0.2, -0.05)
    assert not breaks(-0.1, -0.3, 0.01)
    assert not breaks(-0.004, -0.0045, -0.003)


@pytest.mark.parametrize("text", ["mrr", "mrr:", "mrr:-1", "mrr:1e", ":1", "mrr:1%%"])
def test_limits_that_are_none(text, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["compare", "a", "b", "--fail-if-worse", text])
    assert caught.value.code == 2
    assert "expected METRIC:TOLERANCE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("shuffled", "other test questions in A than in B"),
        ("larger", "100 test queries in A, 120 in B"),
        ("later seeds", "no seed in common: 0, 1, 2 in A, 7 in B"),
        ("renamed", "no row has the same names"),
    ],
)
def test_what_cannot_be_compared_never_passes(other, reason, compare):
    code, shown, complaint = compare("good", other, "--fail-if-worse", "accuracy:1%")
    assert code == 2
    assert reason in complaint
    assert ("only in B: other → turned" if other == "renamed" else "not comparable: blobs → turned") in shown


def test_rows_of_one_side_are_listed(compare):
    code, shown, _ = compare("two rows", "good")
    assert code == 0
    assert "only in A: blobs → turned, feature-extraction, all labels" in shown
    assert json.loads(compare("good", "two rows", "--json")[1])["only_b"][0]["strategy"] == "feature-extraction"


def test_a_row_without_a_finished_run(runs):
    poor = Results.open(runs["poor"])
    failed = tuple(replace(cell, status="failed") if cell.budget == "all" else cell for cell in poor.cells)
    found = pairing.pair(Results.open(runs["good"]), replace(poor, cells=failed), SCORER)
    assert {row.budget: row.reason for row in found.rows} == {
        12: "",
        "all": "no finished run with a test in B",
    }


def test_unknown_metrics_and_folders(compare, runs, tmp_path, capsys):
    code, _, complaint = compare("good", "poor", "--fail-if-worse", "mrr:1%")
    assert code == UnknownName.exit_code
    assert "no metric of this task is called 'mrr'" in complaint
    assert main(["compare", str(runs["good"]), str(tmp_path)]) == 2
    assert "expected a run directory" in capsys.readouterr().err.replace("\n", " ")


def test_comparing_needs_no_torch(runs):
    code = "import sys; from relxfer.cli import main; main(sys.argv[1:]); assert 'torch' not in sys.modules"
    arguments = [sys.executable, "-c", code, "compare", str(runs["good"]), str(runs["poor"])]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
