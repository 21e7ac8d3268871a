"""From trials to a judged run."""

from __future__ import annotations

import json

import pytest

import relxfer
from relxfer.choose.tuning.rows import Rows
from relxfer.choose.tuning.tuning import tune
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Observer
from relxfer.declare import resolve
from relxfer.errors import UsageError
from relxfer.plugins import in_process
from relxfer.predict.members import planned
from relxfer.report.markdown import markdown
from relxfer.report.sections import tuned as tuned_section
from relxfer.store.run_directory import TUNING
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


class _Interrupt:
    """A listener that interrupts a run when so many cells have ended."""

    def __init__(self, after):
        self.left = after

    def __call__(self, event, **values):
        self.left -= event == "cell_finished"
        if self.left == 0:
            raise KeyboardInterrupt


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


def test_four_workers_choose_the_same(run, tmp_path, monkeypatch):
    monkeypatch.setattr("relxfer.execute.workers.process.cores", lambda: 4)
    other = tuned(tmp_path / "run", executor={"use": "processes", "jobs": 4})
    assert choices(tmp_path / "run") == choices(run.folder)
    assert [row.metrics for row in other.rows] == [row.metrics for row in run.rows]


def test_interrupted_it_goes_on_and_chooses_the_same(run, tmp_path, experiment, plugins):
    for after in (3, 9):
        with pytest.raises(KeyboardInterrupt):
            tune(experiment(**TUNED), plugins, tmp_path / "run", (_Interrupt(after),))
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


def test_options_that_are_drawn_again_are_no_new_training(tmp_path):
    """Five rates, twenty trials: cells of earlier trials are told again when they are drawn again."""
    space = {"training.lr": [0.0001, 0.001, 0.01, 0.1, 1.0]}
    tuned(tmp_path / "run", tune={"trials": 20, "seeds": 2, "space": space})
    for choice in choices(tmp_path / "run"):
        scores: dict[str, set[float]] = {}
        for trial in choice["trials"]:
            if trial["status"] == "done":
                scores.setdefault(json.dumps(trial["options"]), set()).add(trial["score"])
        assert len(choice["trials"]) == 20
        assert all(len(each) == 1 for each in scores.values())


def test_stages_are_tuned(tmp_path):
    row = {"name": "both", "stages": ["l2-sp", "finetune"]}
    results = tuned(tmp_path / "run", strategy=[row], tune={"trials": 2, "seeds": 1})
    assert "stages.0.source_penalty_weight" in results.row("both").choice.changes


def test_whole_numbers_are_searched_as_such(tmp_path):
    results = tuned(tmp_path / "run", tune={"trials": 6, "seeds": 1, "space": {"training.batch_size": {"factor": 2}}})
    assert results.row("scratch").choice.trials == 6, "none of them failed"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tune": {"space": {"scratch.name": ["a", "b"]}}}, "tune.space.scratch.name.*is not tuned"),
        ({"tune": {"space": {"l2-sp.start": ["source", "new"]}}}, "tune.space.l2-sp.start.*is not tuned"),
        ({"tune": {"space": {"l2-sp.source_penalty_weight": [0.1, -1]}}}, "tune.space.l2-sp.source_penalty_weight"),
        ({"training": {"steps": 5, "validations": 0}}, "expected training.validations above 0"),
    ],
)
def test_what_cannot_be_tuned_is_told_before_anything_is_trained(tmp_path, changes, told):
    with pytest.raises(UsageError, match=told):
        tuned(tmp_path / "run", **changes)
    assert not list((tmp_path / "run").glob("cells/*"))


def test_observers_are_told_of_the_judged_run_too(tmp_path):
    class Ours:
        """A plugin with an observer."""

        @hookimpl
        def relxfer_observers(self):
            return [Observer(name="ours", load="types:SimpleNamespace")]

    loaded = in_process.load([blobs, Ours()])
    made = resolve.load({**TUNED, "observer": ["ours"]}, loaded, (), tmp_path)
    assert [each.name for each in Rows(made, loaded).tuned({}).observers] == ["ours"]


def test_refit_trains_with_the_options_that_were_chosen(run):
    import tomllib

    table = tomllib.loads((run.folder / "config.toml").read_text())
    (row,) = [row for row in table["strategy"] if row["name"] == "scratch"]
    assert row["tuned"][0]["changes"] == run.row("scratch").choice.changes
    experiment = resolve.load(run.folder / "config.toml", in_process.load([blobs]))
    cell = next(cell for cell in run.cells if cell.strategy == "scratch")
    method = planned(experiment, cell).method
    assert experiment.training(method).lr == run.row("scratch").choice.changes["training.lr"]


LABEL_FREE = {
    **TUNED,
    "seeds": 2,
    "target": {"dataset": "blobs-target", "label_budgets": [0]},
    "strategy": ["mmd"],
}


@pytest.fixture(scope="module")
def label_free(tmp_path_factory):
    return tuned(tmp_path_factory.mktemp("label-free") / "run", **LABEL_FREE)


def test_without_labels_of_the_target_several_rules_choose_among_finished_models(label_free):
    (choice,) = choices(label_free.folder)
    assert choice["selected_by"] == label_free.row("mmd").choice.selected_by == "vote of class-shares, mixval"
    done = [trial["ratings"] for trial in choice["trials"] if trial["status"] == "done"]
    said = list(tuned_section.sentences(label_free))
    assert said == [
        "Options were chosen among 6 trials of each row, by vote of class-shares, mixval, without the test."
    ]
    assert all(each.keys() == choice["unchanged"].keys() == {"class-shares", "mixval"} for each in done)
    chosen = choice["trials"][choice["chosen"]]["ratings"]
    assert not [each for each in done if all(each[rule] > chosen[rule] for rule in chosen)], "none is better by both"


def test_answers_of_the_test_change_no_vote(label_free, tmp_path):
    target = {**LABEL_FREE["target"], "dataset": {"use": "blobs-target", "shuffle_test": 1}}
    other = tuned(tmp_path / "run", **{**LABEL_FREE, "target": target})
    assert choices(tmp_path / "run") == choices(label_free.folder)
    assert other.row("mmd").metrics != label_free.row("mmd").metrics


def test_several_workers_vote_the_same(label_free, tmp_path):
    tuned(tmp_path / "run", **LABEL_FREE, executor={"use": "processes", "jobs": 2})
    assert choices(tmp_path / "run") == choices(label_free.folder)


def test_interrupted_a_vote_is_the_same(label_free, tmp_path, experiment, plugins):
    with pytest.raises(KeyboardInterrupt):
        tune(experiment(**{**TUNED, **LABEL_FREE}), plugins, tmp_path / "run", (_Interrupt(after=5),))
    for path in list(tmp_path.glob("run/cells/*/validation-*.json"))[:3]:
        path.unlink()  # as where it was interrupted between training and scoring
    tuned(tmp_path / "run", **LABEL_FREE)
    assert choices(tmp_path / "run") == choices(label_free.folder)


def test_rules_of_a_list_vote_and_those_of_a_row_are_its_own(tmp_path):
    rows = [{"use": "mmd", "validator": ["im", "snd"]}, {"use": "mcc", "validator": "entropy"}]
    results = tuned(tmp_path / "run", **{**LABEL_FREE, "strategy": rows, "tune": {"trials": 2, "seeds": 1}})
    assert [row.choice.selected_by for row in results.rows if row.choice] == ["vote of im, snd", "entropy"]
    assert [row.selection for row in results.rows if row.choice] == [("im",), ("entropy",)]
    assert [sorted(choice["unchanged"]) for choice in choices(tmp_path / "run")] == [["im", "snd"], ["entropy"]]


def test_where_the_source_unchanged_ranks_first_it_is_said(tmp_path):
    """Steps so large that all answers are of one class, of which the first rule is fond, and the others are not."""
    rules = ["entropy", "class-shares", "im"]
    large = {"steps": 3, "batch_size": 8, "validations": 1, "lr": 10.0}
    worse = {
        "validator": rules,
        "training": large,
        "tune": {"trials": 1, "seeds": 1, "space": {"training.lr": [10.0]}},
    }
    told = "vote of entropy, class-shares, im puts the source unchanged above all trials of mmd on blobs-target"
    with pytest.warns(RuntimeWarning, match=told):
        results = tuned(tmp_path / "run", **{**LABEL_FREE, **worse})
    assert results.row("mmd").choice.source_first
    assert "puts the source unchanged above all trials of mmd (blobs-source → blobs-target, 0 labels)" in " ".join(
        markdown(results).split()
    )
    again = relxfer.run(tmp_path / "run", plugins=[blobs], progress=False)
    assert again.row("mmd").choice.source_first
