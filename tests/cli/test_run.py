"""`relxfer run`: runs, reports, and says what it would do."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import tomli_w

from relxfer import Results
from relxfer.cli import main, run
from relxfer.errors import CellFailed
from relxfer.testing import blobs, harness

CONFIG = {
    "name": "toy",
    "threads": 1,
    "target": {"dataset": "blobs-target"},
    "source": {"datasets": ["blobs-source"], "training": {"steps": 1}},
    "training": {"steps": 1, "validations": 0},
    "strategy": [{"use": "finetune"}],
    "report": {"baselines": False},
}


@pytest.fixture
def config(tmp_path, monkeypatch) -> str:
    """With the points installed, in an empty folder."""
    monkeypatch.setattr(run, "plugins", lambda files: harness.plugins_with([blobs]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.toml").write_text(tomli_w.dumps(CONFIG))
    return "toy.toml"


def test_it_runs_and_reports(config, tmp_path, capsys):
    assert main(["run", config, "--seeds", "2"]) == 0
    shown = capsys.readouterr()
    assert "blobs-source → blobs-target" in shown.out
    assert shown.err.count("done blobs-source → blobs-target finetune") == 2
    assert len(Results.open(tmp_path / "runs" / "toy").cells) == 2
    assert "at most 2 cells\n" in shown.err
    assert main(["run", config, "--seeds", "2"]) == 0
    again = "nothing to do: all 2 cells of this run are finished; --fresh runs them again\n"
    assert capsys.readouterr().err == again, "what is done is not run again"


def test_a_run_directory_goes_on_as_its_own_configuration_says(config, tmp_path, capsys):
    assert main(["run", config, "-q", "--out", "elsewhere"]) == 0
    (tmp_path / config).unlink()
    capsys.readouterr()
    assert main(["run", "elsewhere", "--seeds", "2"]) == 0
    assert "at most 2 cells, 1 of them still to run\n" in capsys.readouterr().err
    assert [cell.status for cell in Results.open("elsewhere").cells] == ["done", "done"]
    assert not (tmp_path / "runs").exists()
    with (tmp_path / "elsewhere" / "config.toml").open("a") as stream:
        stream.write("# changed")
    assert main(["run", "elsewhere"]) == 2
    assert "run the copy" in " ".join(capsys.readouterr().err.split())


def test_json_is_silent_and_goes_where_it_is_told(config, tmp_path, capsys):
    assert main(["run", config, "--json", "--out", "here"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == json.loads(json.dumps(Results.open("here").card()))
    assert shown.err == ""


def test_a_cell_that_fails_is_exit_code_1(config, monkeypatch, capsys):
    def predict(self, examples):
        raise RuntimeError("no scores today")

    monkeypatch.setattr("relxfer.testing.blobs_net.BlobsLearner.predict", predict)
    assert main(["run", config, "-q"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "failed: its source stage failed: RuntimeError: no scores today" in shown


def test_debug_stops_at_the_first_failure_with_its_traceback(config, monkeypatch, capsys):
    def export(self):
        raise RuntimeError("no export today")

    monkeypatch.setattr("relxfer.testing.blobs_net.BlobsLearner.export", export)
    assert main(["run", config, "-q", "--debug"]) == 1
    shown = capsys.readouterr()
    assert "Traceback (most recent call last)" in shown.err
    assert "in export" in shown.err
    assert "stopped at the first failure, as --debug asks: RuntimeError: no export today" in " ".join(shown.err.split())
    assert shown.out == "", "there are no results yet"


def test_stopping_is_for_failures_and_nothing_else():
    run.stop_at_failure("cell_finished", cell={}, outcome={"status": "done"})
    run.stop_at_failure("cell_finished", cell={}, outcome={"status": "refused", "reason": "needs labels"})
    run.stop_at_failure("run_started", cells=2)
    failed = {"status": "failed", "reason": "KeyError: 1 (mine.py:3)", "traceback": "Traceback ..."}
    with pytest.raises(CellFailed, match=r"as --debug asks: KeyError: 1 \(mine.py:3\)\. What is finished") as stopped:
        run.stop_at_failure("cell_finished", cell={}, outcome=failed)
    assert stopped.value.traceback == "Traceback ..."


def test_debug_of_a_run_that_is_fine_changes_nothing(config, capsys):
    assert main(["run", config, "-q", "--debug"]) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_dry_run_writes_nothing(config, tmp_path, capsys):
    assert main(["run", config, "--dry-run", "--seeds", "3"]) == 0
    assert "3 cells into runs/toy" in capsys.readouterr().out
    assert main(["run", config, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cells"] == 1
    assert not (tmp_path / "runs").exists()


STRATEGY = """
from beside_the_file import losses
from relxfer import TransferStrategy, hookimpl


class Tune:
    def __init__(self, options): ...

    def transfer(self, cell):
        cell.trainer.fit(cell.learner, losses(cell.learner), cell.target.train)
        return cell.learner


@hookimpl
def relxfer_transfer_strategies():
    needs = ("source-model", "gradients", "target-labels")
    return [TransferStrategy(name="tune-of-a-file", load="tune_of_a_file:Tune", needs=needs)]
"""


def test_plugins_in_files_run_in_workers_too(tmp_path, monkeypatch, capsys):
    """Data, model and strategy come from files, and nothing is installed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", list(sys.path))
    text = Path(blobs.__file__).read_text().replace("relxfer.testing.blobs:", "points_of_a_file:")
    (tmp_path / "points_of_a_file.py").write_text(text)
    (tmp_path / "tune_of_a_file.py").write_text(STRATEGY)
    (tmp_path / "beside_the_file.py").write_text(
        "def losses(learner):\n    return lambda _, batch: learner.loss(batch)\n"
    )
    (tmp_path / "toy.toml").write_text(tomli_w.dumps({**CONFIG, "strategy": [{"use": "tune-of-a-file"}]}))
    files = ["--plugin", "points_of_a_file.py", "--plugin", "tune_of_a_file.py"]
    assert main(["check", "toy.toml"]) == 2
    assert "no dataset is called 'blobs-source'" in " ".join(capsys.readouterr().err.split())
    assert main(["check", "toy.toml", *files]) == 0
    assert main(["run", "toy.toml", "-q", "--seeds", "2", "--jobs", "2", *files]) == 0
    assert [cell.status for cell in Results.open("runs/toy").cells] == ["done", "done"]
    assert main(["run", "toy.toml", "-q", "--seeds", "2", *files]) == 0
    capsys.readouterr()
    assert main(["plugins", "show", "tune-of-a-file", *files]) == 0
    assert "tune_of_a_file" in capsys.readouterr().out


def test_a_configuration_cannot_name_a_plugin(config, capsys):
    assert main(["run", config, "--set", 'plugins=["points_of_a_file.py"]']) == 2
    assert "plugins" in capsys.readouterr().err
