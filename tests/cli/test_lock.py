"""`relxfer lock`, `run --lock` and `report --lock`, as a user types them."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
import textwrap

import jsonschema
import pytest
import tomli_w

from relxfer import Results
from relxfer.cli import lock, main, report, run
from relxfer.plan.lock import Lock
from relxfer.testing import blobs, harness

CONFIG = {
    "name": "toy",
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": {"steps": 1}},
    "target": {"name": "turned", "dataset": "blobs-target"},
    "training": {"steps": 1, "validations": 0},
    "strategy": [{"use": "mine"}],
    "report": {"baselines": False},
}
MINE = """
    from relxfer import TransferStrategy, hookimpl

    class Mine:
        def __init__(self, options): ...
        def transfer(self, cell):
            cell.trainer.fit(cell.learner, lambda step, batch: cell.learner.loss(batch), cell.target.train)
            return cell.learner

    @hookimpl
    def relxfer_transfer_strategies():
        needs = ("source-model", "gradients", "target-labels")
        return [TransferStrategy(name="mine", load="my_code:Mine", needs=needs)]
"""


class Author:
    """A user with a configuration and a strategy of their own, in an empty folder."""

    def __init__(self, folder, patch):
        self.folder = folder
        patch.syspath_prepend(str(folder))
        patch.setattr(sys, "dont_write_bytecode", True)
        patch.chdir(folder)
        (folder / "toy.toml").write_text(tomli_w.dumps(CONFIG))
        self.code(MINE)
        for verb in (lock, run, report):
            patch.setattr(verb, "plugins", lambda files: harness.plugins_with([blobs, sys.modules["my_code"]]))

    def code(self, text: str) -> None:
        (self.folder / "my_code.py").write_text(textwrap.dedent(text))
        importlib.invalidate_caches()
        importlib.reload(sys.modules["my_code"]) if "my_code" in sys.modules else importlib.import_module("my_code")


@pytest.fixture
def author(tmp_path, monkeypatch):
    yield Author(tmp_path, monkeypatch)
    sys.modules.pop("my_code", None)


def words(capsys):
    shown = capsys.readouterr()
    return " ".join((shown.out + shown.err).split())


def test_a_lock_is_written_once_and_says_what_to_do(author, capsys):
    assert main(["lock", "toy.toml", "--seeds", "2"]) == 0
    said = words(capsys)
    assert "toy.lock.json: at most 2 cells locked" in said
    assert "relxfer run toy.toml --lock toy.lock.json" in said
    assert main(["lock", "toy.toml"]) == 2
    assert "expected no file toy.lock.json, got one" in words(capsys)
    assert main(["lock", "toy.toml", "--out", "other.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((author.folder / "other.json").read_text())
    assert not (author.folder / "runs").exists()


def test_a_run_of_what_was_locked_says_so_everywhere(author, capsys):
    main(["lock", "toy.toml"])
    assert main(["run", "toy.toml", "-q", "--lock", "toy.lock.json"]) == 0
    said = "before the test was opened here: configuration, data and code are those of the lock"
    assert said in words(capsys)
    assert main(["report", "runs/toy", "--markdown", "--lock", "toy.lock.json"]) == 0
    assert f"- locked {Results.open('runs/toy').lock.locked[:10]}" in capsys.readouterr().out
    assert main(["report", "runs/toy", "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    jsonschema.validate(card, Results.schema())
    assert card["lock"]["sha256"] == json.loads((author.folder / "toy.lock.json").read_text())["sha256"]
    assert (author.folder / "runs/toy/locked.json").read_bytes() == (author.folder / "toy.lock.json").read_bytes()


def test_a_run_without_a_lock_says_so(author, capsys):
    main(["run", "toy.toml", "-q", "--section", "data"])
    assert "not locked" in words(capsys)
    main(["lock", "toy.toml"])
    assert main(["report", "runs/toy", "--lock", "toy.lock.json"]) == 2
    assert "got one under none" in words(capsys)


def test_a_changed_option_is_refused(author, capsys):
    main(["lock", "toy.toml"])
    for changed in (["--seeds", "2"], ["--set", "training.steps=2"]):
        for stop in ([], ["--dry-run"]):
            assert main(["run", "toy.toml", "-q", "--lock", "toy.lock.json", *changed, *stop]) == 2
    assert main(["run", "toy.toml", "--lock", "toy.lock.json", "--dry-run"]) == 0
    told = words(capsys)
    assert "got another configuration (seeds)" in told
    assert "got another configuration (training)" in told


def test_a_changed_file_is_refused_and_a_moved_one_is_not(tmp_path, monkeypatch, capsys):
    """Of the user's own data, in which a fact of the test becomes another."""
    monkeypatch.chdir(tmp_path)
    facts = [f"e{i}\tr{i % 2}\te{(3 * i + 1) % 20}" for i in range(40)]
    files = {"train": facts[:30], "valid": facts[30:34], "test": facts[34:]}
    for name, lines in files.items():
        (tmp_path / f"{name}.txt").write_text("\n".join(lines) + "\n")
    data = {"use": "kg-files", "facts": "train.txt", "valid": "valid.txt", "test": "test.txt"}
    raw = {"name": "mine", "device": "cpu", "target": {"name": "t", "dataset": data}, "strategy": [{"use": "scratch"}]}
    (tmp_path / "mine.toml").write_text(tomli_w.dumps(raw))
    assert main(["lock", "mine.toml"]) == 0
    (tmp_path / "elsewhere").mkdir()
    moved = tomli_w.dumps({**raw, "target": {"name": "t", "dataset": {**data, "test": "elsewhere/asked.txt"}}})
    (tmp_path / "moved.toml").write_text(moved)
    for last, told in ((facts[-1], None), (facts[-1].replace("r1", "r0"), "got another data of the target t; restore")):
        (tmp_path / "elsewhere" / "asked.txt").write_text("\n".join([*facts[34:-1], last]) + "\n")
        assert main(["lock", "moved.toml", "--out", f"{bool(told)}.json"]) == 0
        now, before = (Lock.read(tmp_path / name) for name in (f"{bool(told)}.json", "mine.lock.json"))
        assert before.differences(now) == (["data of the target t"] if told else [])
    capsys.readouterr()
    assert main(["run", "moved.toml", "-q", "--lock", "mine.lock.json"]) == 2
    assert told in words(capsys)


def test_the_saved_configuration_of_a_run_is_what_was_locked(author, tmp_path):
    """Somebody else does the run again from its folder, which may lie elsewhere."""
    main(["lock", "toy.toml"])
    main(["run", "toy.toml", "-q", "--lock", "toy.lock.json"])
    shutil.move("runs/toy", "there")
    assert main(["run", "there/config.toml", "-q", "--lock", "toy.lock.json", "--out", "again"]) == 0
    first, again = Results.open("there"), Results.open("again")
    assert first.lock == again.lock
    assert [cell.sha for cell in first.cells] == [cell.sha for cell in again.cells]


@pytest.mark.filterwarnings("always:runs/toy is not run as it was locked")
def test_changed_code_is_refused_and_a_resumed_run_tells_it(author, capsys):
    main(["lock", "toy.toml"])
    assert main(["run", "toy.toml", "-q", "--lock", "toy.lock.json"]) == 0
    author.code(MINE.replace("cell.learner.loss(batch)", "2 * cell.learner.loss(batch)"))
    capsys.readouterr()
    assert main(["run", "toy.toml", "-q", "--lock", "toy.lock.json"]) == 2
    assert "got another code of my_code" in words(capsys)
    assert Results.open("runs/toy").lock.differs == (), "what is there is what was locked"
    assert main(["run", "toy.toml", "-q"]) == 0
    told = words(capsys)
    assert "warning: runs/toy is not run as it was locked: another code of my_code" in told
    assert "Not what was locked" in told
    author.code(MINE)
    assert main(["run", "toy.toml", "-q", "--lock", "toy.lock.json"]) == 0
    assert "; 1 other evaluation opened the test in this run directory" in words(capsys)


def test_a_reader_compares_the_lock_that_they_hold(author, capsys):
    main(["lock", "toy.toml"])
    main(["lock", "toy.toml", "--seeds", "2", "--out", "held.json"])
    main(["run", "toy.toml", "-q", "--lock", "toy.lock.json"])
    capsys.readouterr()
    assert main(["report", "runs/toy", "--lock", "held.json"]) == 2
    assert "got one under lock" in words(capsys)
    assert main(["report", "runs/toy", "--lock", "toy.lock.json"]) == 0


@pytest.mark.parametrize("verb", [["run", "toy.toml"], ["report", "runs/toy"]])
def test_a_damaged_lock_is_a_sentence(author, capsys, verb):
    main(["run", "toy.toml", "-q"])
    (author.folder / "damaged.json").write_text('{"schema": 1}')
    capsys.readouterr()
    assert main([*verb, "--lock", "damaged.json"]) == 2
    told = capsys.readouterr().err
    assert "that `relxfer lock` wrote, got a file that is damaged" in " ".join(told.split())
    assert "Traceback" not in told
