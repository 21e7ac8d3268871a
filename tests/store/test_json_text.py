"""No JSON that relxfer writes holds NaN or an infinity, and what reads it understands null."""

from __future__ import annotations

import json
import math
import re

import pytest

import relxfer
from relxfer import Results, cli
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import TransferStrategy
from relxfer.store import files
from relxfer.testing import blobs


class Unsteady:
    """Logs what is no finite number."""

    def __init__(self, options):
        pass

    def transfer(self, cell):
        def loss(step, batch):
            step.log(never=math.nan, above=math.inf, below=-math.inf, disc_acc=math.nan, fine=1.0)
            return cell.learner.loss(batch)

        cell.trainer.fit(cell.learner, loss, cell.target.train)
        return cell.learner


class Plugin:
    relxfer_api_version = 2
    __name__ = "unsteady"

    @hookimpl
    def relxfer_transfer_strategies(self):
        needs = ("gradients", "target-labels")
        return [TransferStrategy(name="unsteady", load=f"{__name__}:Unsteady", needs=needs)]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = {
        "threads": 1,
        "device": "cpu",
        "seeds": 2,
        "target": {"dataset": "blobs-target", "label_budgets": [12, "all"]},
        "training": {"steps": 4, "batch_size": 4, "validations": 2},
        "strategy": ["unsteady"],
        "report": {"oracle": True},
    }
    return relxfer.run(config, out=tmp_path_factory.mktemp("run"), plugins=[blobs, Plugin()])


def strict(text: str):
    def refuse(name: str):
        raise AssertionError(f"JSON has no {name}")

    return json.loads(text, parse_constant=refuse)


def test_every_file_of_a_run_is_json(run):
    found = [path for path in run.folder.rglob("*") if path.suffix in (".json", ".jsonl")]
    assert {path.suffix for path in found} == {".json", ".jsonl"}
    for path in found:
        for text in path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]:
            strict(text)
    (trace, *_) = [line for path in run.folder.rglob("trace.jsonl") for line in files.read_lines(path)]
    assert trace["values"]["loss"] is None  # before the first step there is none


def test_null_is_read_as_what_is_not_there(run, capsys):
    again = Results.open(run.folder)
    cell = next(cell for cell in again.cells if cell.strategy == "unsteady")
    for arguments in (
        ("report", str(run.folder)),
        ("report", str(run.folder), "--markdown"),
        ("show", cell.id, "--run", str(run.folder)),
    ):
        assert cli.main(list(arguments)) == 0
        assert not re.search(r"\bnan\b", capsys.readouterr().out)
    assert again.row("unsteady", 12).diagnostics == {
        "never": None, "above": None, "below": None, "disc_acc": None, "fine": 1.0,
    }  # fmt: skip
    assert cli.main(["report", str(run.folder), "--json"]) == 0
    strict(capsys.readouterr().out)


def test_a_second_run_of_finished_cells_says_the_same(run):
    again = relxfer.run(str(run.folder / "config.toml"), out=run.folder, plugins=[blobs, Plugin()])
    assert again.rows == run.rows
