"""From trials to a judged run."""

from __future__ import annotations

import json

import pytest

import relxfer
from relxfer.choose.tuning.tuning import TUNING, tune
from relxfer.errors import UsageError
from relxfer.report.markdown import markdown
from relxfer.testing import blobs

from .conftest import CONFIG

pytest.importorskip("optuna")
TUNED = {
    **CONFIG,
    "tune": {"trials": 6, "seeds": 2, "space": {"training.lr": {"low": 1e-4, "high": 1e-1, "log": True}}},
}


def tuned(folder, **changes):
    return relxfer.tune({**TUNED, **changes}, folder, plugins=[blobs], progress=False)


def choices(folder):
    return json.loads((folder / TUNING).read_text())["choices"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return tuned(tmp_path_factory.mktemp("tuned") / "run")


def test_rows_have_the_options_that_were_chosen_among_as_many_trials_as_those_of_scratch(run):
    rows = {row.strategy: row for row in run.rows}
    assert rows["zero-shot"].choice is None
    for name in ("l2-sp", "scratch"):
        row = rows[name]
        assert (row.choice.trials, row.choice.selected_by) == (6, "target-val")
        assert row.training["lr"] == row.choice.changes["training.lr"]
        assert all(cell.choice == row.choice for cell in run.cells if cell.strategy == name)
    for choice in choices(run.folder):
        scores = [trial["score"] for trial in choice["trials"] if trial["status"] == "done"]
        assert choice["trials"][0]["options"]["training.lr"] == 1e-4
        assert choice["trials"][choice["chosen"]]["score"] == max(scores)


def test_the_report_says_how_options_were_chosen(run, capsys):
    from relxfer.cli import main

    assert main(["report", str(run.folder), "--section", "tuned"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "Options were chosen among 6 trials of each row, those of scratch too, by target-val, without the test." in told
    )
    assert "training.lr" in told
    assert "options that were chosen" in markdown(run)


def test_answers_of_the_test_change_no_choice(run, tmp_path):
    other = tuned(tmp_path / "run", target={**CONFIG["target"], "dataset": {"use": "blobs-target", "shuffle_test": 1}})
    assert choices(tmp_path / "run") == choices(run.folder)
    assert other.row("scratch").metrics != run.row("scratch").metrics


def test_several_workers_choose_the_same(run, tmp_path):
    other = tuned(tmp_path / "run", executor={"use": "processes", "jobs": 2})
    assert choices(tmp_path / "run") == choices(run.folder)
    assert [row.metrics for row in other.rows] == [row.metrics for row in run.rows]


def test_interrupted_it_goes_on_and_chooses_the_same(run, tmp_path, experiment, plugins):
    class Interrupt:
        def __init__(self, after):
            self.left = after

        def __call__(self, event, **values):
            self.left -= event == "cell_finished"
            if self.left == 0:
                raise KeyboardInterrupt

    for after in (3, 9):
        with pytest.raises(KeyboardInterrupt):
            tune(experiment(**TUNED), plugins, tmp_path / "run", (Interrupt(after),))
    tuned(tmp_path / "run")
    assert choices(tmp_path / "run") == choices(run.folder)


def test_again_trains_nothing_and_a_plain_run_finds_the_choices(run, experiment, plugins):
    started = []
    listener = lambda event, **values: started.append(event)  # noqa: E731
    tune(experiment(**TUNED), plugins, run.folder, (listener,))
    assert "cell_started" not in started
    again = relxfer.tune(TUNED, run.folder, plugins=[blobs], progress=False)
    assert again.rows == run.rows
    assert relxfer.run(run.folder, plugins=[blobs], progress=False).rows == run.rows


def test_without_anything_that_scores_models_it_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="expected a validator that scores the models of l2-sp"):
        tuned(tmp_path / "run", target={**CONFIG["target"], "label_budgets": [2]})


def test_without_options_to_choose_it_says_how_to_name_some(tmp_path):
    with pytest.raises(UsageError, match=r"expected a row with options to choose.*\[tune.space\]"):
        tuned(tmp_path / "run", strategy=["zero-shot"], report={"baselines": False}, training={}, tune={})
