"""Options that several verbs share."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import SimpleNamespace

import pytest

from relxfer.cli import completion, options, parser
from relxfer.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([], []),
        (["--set", "a=1", "--set", "b=2"], ["a=1", "b=2"]),
        (["--seeds", "3"], ["seeds=3"]),
        (["--seeds", "3,5"], ["seeds=[3,5]"]),
        (["--jobs", "1"], ['executor={use = "serial"}']),
        (["--set", "a=1", "--jobs", "4"], ['executor={use = "processes", jobs = 4}', "a=1"]),
        (["--set", "executor.cpus=2", "--executor", "ray"], ['executor={use = "ray"}', "executor.cpus=2"]),
        (["--executor", "slurm", "--jobs", "8"], ['executor={use = "slurm", jobs = 8}']),
    ],
)
def test_options_become_changes_of_keys(typed, expected):
    parser = argparse.ArgumentParser()
    options.add_changes(parser)
    assert options.changes(parser.parse_args(typed)) == expected


def test_several_jobs_are_not_dropped_where_one_runs_at_a_time():
    parser = argparse.ArgumentParser()
    options.add_changes(parser)
    with pytest.raises(UsageError, match="with --jobs 4, such as processes, got serial, which runs"):
        options.changes(parser.parse_args(["--executor", "serial", "--jobs", "4"]))
    assert options.changes(parser.parse_args(["--executor", "serial", "--jobs", "1"])) == ['executor={use = "serial"}']


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_a_number_below_one_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a whole number"):
        options.positive(text)


@pytest.mark.parametrize(
    ("quiet", "json", "verbose", "expected"),
    [(False, False, False, 0), (False, False, True, 1), (True, False, True, -1), (False, True, True, -1)],
)
def test_how_much_the_progress_display_says(quiet, json, verbose, expected):
    assert options.level(SimpleNamespace(quiet=quiet, json=json, verbose=verbose)) == expected


def test_the_default_output_is_beside_what_it_is_made_of(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "data"))
    (tmp_path / "runs" / "my.run").mkdir(parents=True)
    (tmp_path / "runs" / "model.safetensors").touch()
    monkeypatch.chdir(tmp_path / "runs")
    assert options.beside(Path("my.run"), "-refit") == Path("my.run-refit")
    assert options.beside(Path(), "-refit") == tmp_path / "runs-refit"
    assert options.beside(tmp_path / "runs" / "model.safetensors", "-export") == tmp_path / "runs" / "model-export"


def test_what_is_made_of_a_copy_of_the_hub_is_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path))
    copy = tmp_path / "hub" / "models" / "me" / "mine" / ("0" * 40)
    assert options.beside(copy, "-refit") == Path("mine-refit")
    assert options.beside(copy / "models" / "0.safetensors", "-export") == Path("0-export")


def test_paths_to_write_configurations_and_plugins_are_not_taken_from_the_hub():
    actions = [(verb, action) for verb, action in completion.actions(parser()) if action.type is options.readable]
    fetched = {(verb, action.dest) for verb, action in actions}
    assert {("predict", "run"), ("judge", "files"), ("init", "source"), ("report", "lock")} <= fetched
    assert not {dest for _, dest in fetched} & {"out", "to", "file", "changes", "plugins", "config", "html", "plot"}
