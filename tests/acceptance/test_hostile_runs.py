"""A run directory from a stranger is data: what its configuration may name, where its files lead, what its ids are."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import relxfer
from relxfer.cli import main
from relxfer.declare import seals
from relxfer.store import files

SIZES = {"use": "ultra", "dim": 4, "relation_layers": 1, "entity_layers": 1}
FACTS = "head\trelation\ttail\na\tr\tb\nb\tr\tc\nc\tr\td\nd\tr\te\ne\tr\ta\na\ts\tc\n"
TABLES: dict[str, Any] = {
    "name": "own",
    "threads": 1,
    "source": {"datasets": ["geo-us"], "model": SIZES, "training": {"steps": 1, "validations": 0}},
    "target": {"dataset": {"use": "kg-files", "facts": "facts.tsv", "test_fraction": 0.4}, "model": SIZES},
    "strategy": [{"use": "zero-shot"}],
    "report": {"baselines": False},
}
Said = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch) -> Path:
    """Every test is a user of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def own(tmp_path) -> Path:
    """The user's own configuration, beside its data."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "facts.tsv").write_text(FACTS)
    (tmp_path / "mine" / "own.toml").write_text(tomli_w.dumps(TABLES))
    return tmp_path / "mine" / "own.toml"


@pytest.fixture
def run(own, tmp_path) -> Path:
    return relxfer.run(own, tmp_path / "run").folder


@pytest.fixture
def said(capsys) -> Said:
    """Exit code and words of a command, which never ends in a traceback."""

    def of(*arguments: Any) -> tuple[int, str]:
        capsys.readouterr()
        code = main([*map(str, arguments)])
        words = " ".join(capsys.readouterr().err.split())
        assert "Traceback" not in words
        return code, words

    return of


def predicted(said: Said, run: Path, *more: Any) -> tuple[int, str]:
    return said("predict", run, "--relation", "r", "--top-k", 1, *more)


# ------------------------------------------------------------------ the configuration in it


def test_ones_own_run_answers_wherever_it_lies(run, tmp_path, said):
    assert predicted(said, run)[0] == 0
    shutil.copytree(run, tmp_path / "copy")
    assert predicted(said, tmp_path / "copy")[0] == 0
    (tmp_path / "below").mkdir()
    moved = run.rename(tmp_path / "below" / "renamed")
    assert predicted(said, moved)[0] == 0
    assert said("run", moved / "config.toml", "--out", tmp_path / "again", "-q")[0] == 0


def test_a_run_and_its_data_are_moved_together(run, own, tmp_path, said):
    """What is read from the old place by its absolute path is found at the new one, and nothing is trained again."""
    (tmp_path / "elsewhere").mkdir()
    for folder in (run, own.parent):
        shutil.move(folder, tmp_path / "elsewhere" / folder.name)
    moved = tmp_path / "elsewhere" / run.name
    (trained,) = moved.glob("sources/*/model.safetensors")
    before = trained.stat().st_mtime_ns
    assert predicted(said, moved)[0] == 0
    assert said("run", moved / "config.toml", "--out", moved, "-q")[0] == 0
    assert said("run", tmp_path / "elsewhere" / "mine" / "own.toml", "--out", moved, "-q")[0] == 0
    assert trained.stat().st_mtime_ns == before
    (moved / "config.toml").rename(moved / "kept.toml")
    (tmp_path / "elsewhere" / "mine" / "facts.tsv").unlink()
    code, words = said("run", moved / "kept.toml", "--out", tmp_path / "again", "-q")
    assert code == 2, words


def test_a_run_of_another_user_names_no_file(run, own, state, said):
    shutil.rmtree(state)
    code, words = predicted(said, run)
    assert code == 2
    assert f"{run}/config.toml: target[0].dataset.facts: expected plain values, got '{str(own.parent)[:40]}" in words
    assert "because this configuration is in a run directory" in words
    assert "--config FILE" in words
    assert predicted(said, run, "--config", own)[0] == 0
    for verb in ("run", "check", "rank-sources"):
        code, again = said(verb, run / "config.toml")
        assert code == 2
        assert "expected plain values" in again
    copied = shutil.copy(run / "config.toml", own.parent / "copied.toml")
    assert predicted(said, run, "--config", copied)[0] == 0


#: How the configuration of one's own run may be changed -> what is then refused.
CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "data": (lambda c: c["target"][0]["dataset"].update(facts="/etc/passwd"), "'/etc/passwd'"),
    "list": (lambda c: c["target"][0]["dataset"].update(facts=["/etc/passwd", "/etc/group"]), "'/etc/passwd'"),
    "folder": (lambda c: c["source"][0].update(run="/"), "'/'"),
    "checkpoint": (lambda c: c["source"][0].update(checkpoint="/etc/shadow"), "'/etc/shadow'"),
    "module": (lambda c: c["target"][0].update(model={"use": "module", "import_path": "os:system"}), "'os:system'"),
    "kwargs": (lambda c: c["target"][0].update(model={"use": "module", "kwargs": {"command": "x"}}), "a table"),
    "missing": (lambda c: c["target"][0]["dataset"].update(facts="/nowhere/at/all.tsv"), "'/nowhere/at/all.tsv'"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_configuration_of_ones_own_run(run, said, name):
    change, got = CHANGES[name]
    tables = tomllib.loads((run / "config.toml").read_text())
    change(tables)
    (run / "config.toml").write_text(tomli_w.dumps(tables))
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    code, words = predicted(said, run)
    assert code == 2
    assert f"expected plain values, got {got}" in words
    assert said("run", run / "config.toml", "--out", run)[0] == 2
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("seal", [b"", b"0" * 64, b"x" * 10_000, None])
def test_a_seal_that_is_none(run, said, seal):
    (path := run / "config.toml.seal").unlink()
    path.write_bytes(seal) if seal is not None else path.mkdir()
    code, words = predicted(said, run)
    assert code == 2
    assert "expected plain values" in words


def test_a_strangers_run_of_plain_values_answers(own, tmp_path, state, said):
    facts = [line.split("\t") for line in FACTS.splitlines()[1:]]
    dataset = {"use": "kg-files", "facts": facts, "test_fraction": 0.4}
    run = relxfer.run(TABLES | {"target": {"dataset": dataset, "model": SIZES}}, tmp_path / "run").folder
    shutil.rmtree(state)
    assert predicted(said, run)[0] == 0
    assert said("run", run / "config.toml", "--out", tmp_path / "again", "-q")[0] == 0
    tables = tomllib.loads((run / "config.toml").read_text())
    tables["target"][0]["name"] = "another"
    (run / "config.toml").write_text(tomli_w.dumps(tables))
    code, words = predicted(said, run)
    assert code == 2
    assert "target of" in words


def test_without_a_place_for_the_key_a_run_is_run_all_the_same(own, tmp_path, state, said):
    state.write_text("no folder")
    with pytest.warns(
        RuntimeWarning, match=r"Cannot keep a key in .*Give your configuration to that command with --config"
    ):
        run = relxfer.run(own, tmp_path / "run").folder
    assert predicted(said, run)[0] == 2
    assert predicted(said, run, "--config", own)[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of files")
def test_the_key_is_the_users_alone(run, state):
    (key,) = state.rglob("seal.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32
    assert [path.name for path in key.parent.iterdir()] == ["seal.key"]


def test_of_two_keys_made_at_once_the_first_counts(state, tmp_path):
    config = tmp_path / "config.toml"
    assert seals.seal(config, b"x")
    first = seals.place().read_bytes()
    seals._create_key(seals.place())
    assert seals.place().read_bytes() == first


def test_workers_do_not_read_the_configuration_again(own, tmp_path):
    """A worker has the words of its parent, whatever stands in the folder by then."""
    import pickle

    from relxfer.declare.resolve import load
    from relxfer.execute.engine import Engine
    from relxfer.execute.events import Events
    from relxfer.execute.jobs.job import Job
    from relxfer.execute.jobs.work import Work, _opened
    from relxfer.plugins.finder import Plugins
    from relxfer.store.run_directory import Store

    plugins = Plugins.load(third_party=False)
    engine = Engine(load(own, plugins), plugins, Store.create(tmp_path / "out"), Events())
    (tmp_path / "out" / "config.toml").write_text("not = 'a configuration'")
    there = pickle.loads(pickle.dumps(Work(tmp_path / "out", engine)))
    job = pickle.loads(pickle.dumps(Job("cell", 0, 1, cell=engine.plan()[0])))
    assert "configuration" not in there(job).outcome.get("reason", "")
    assert [cell.names for cell in _opened(there)[0].plan()] == [cell.names for cell in engine.plan()]


# ------------------------------------------------------------------ where its files lead


def test_a_link_of_another_name_is_left_alone(run, own, tmp_path, said):
    outside = tmp_path / "outside"
    (outside / "e" / "phases").mkdir(parents=True)
    (outside / "e" / "phases" / "data").write_text("precious")
    (outside / "e" / "outcome.json").write_text("{}")
    (run / "extra").symlink_to(outside)
    assert said("run", own, "--out", run, "-q")[0] == 0
    assert (outside / "e" / "phases" / "data").read_text() == "precious"


def test_links_under_names_of_temporary_files_are_not_written_through(run, own, tmp_path, said):
    precious = tmp_path / "precious"
    precious.write_text("mine")
    for name in ("config.toml", "results.json", "provenance.json"):
        (run / f".{name}.{os.getpid()}.tmp").symlink_to(precious)
    (run / ".0.1.tmp").mkdir()  # no file: what comes behind it is looked at all the same
    assert said("run", own, "--out", run, "-q")[0] == 0
    assert precious.read_text() == "mine"
    assert not [path for path in run.iterdir() if path.is_symlink()]


#: What in a run a stranger may have made a link -> whether the outside is a folder.
LINKS = {
    "config.toml": False,
    "results.json": False,
    "provenance.json": False,
    "lock": False,
    "config.toml.seal": False,
    "run.log": False,
    "cells": True,
    "sources": True,
    "evaluations": True,
    "locks": True,
    "cells/0123456789abcdef": True,
    "cells/0123456789abcdef/phases": True,
    "evaluations/0123456789abcdef.json": False,
}


def outside(run: Path, name: str, tmp_path: Path) -> Path:
    """The part of the run moved out, with a link to it in its place."""
    away, place = tmp_path / "away", run / name
    if place.exists():
        shutil.move(place, away)
    elif LINKS[name]:
        away.mkdir()
        (away / "mine").write_text("mine")
    else:
        away.write_text("mine")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(away)
    return away


def content(place: Path) -> Any:
    return {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} if place.is_dir() else place.read_bytes()


@pytest.mark.parametrize("name", LINKS)
def test_a_link_out_of_a_run(run, own, tmp_path, said, name):
    away = outside(run, name, tmp_path)
    before, there = content(away), sorted(away.rglob("*")) if away.is_dir() else []
    (folder := tmp_path / "runs").mkdir()
    run = run.rename(folder / "theirs")
    for command in (
        ("run", own, "--out", run, "-q"),
        ("run", own, "--out", run, "-q", "--fresh"),
        ("predict", run, "--relation", "r"),
        ("report", run),
        ("compare", run, run),
        ("runs", "clean", folder),
        ("runs", "clean", folder, "--all"),
    ):
        code, words = said(*command)
        assert code == 2, (command, words)
        assert f"got a link to {away} at {name}" in words
    assert said("runs", "list", folder)[0] == 0
    assert (content(away), sorted(away.rglob("*")) if away.is_dir() else []) == (before, there)


def test_a_run_that_is_a_link_is_not_cleaned(run, tmp_path, said):
    (folder := tmp_path / "runs").mkdir()
    (folder / "theirs").symlink_to(run)
    before = content(run)
    code, words = said("runs", "clean", folder, "--all")
    assert code == 2
    assert "got a link to one" in words
    assert content(run) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_what_would_never_end_is_not_read(run, tmp_path, said):
    (run / "results.json").unlink()
    os.mkfifo(run / "results.json")
    for command in (("report", run), ("predict", run, "--relation", "r")):
        code, words = said(*command)
        assert code == 2
        assert "got a device, pipe or socket at results.json" in words


# ------------------------------------------------------------------ what its files say

IDS = ["../../mine/own", "..", "/etc/passwd", "0123456789ABCDEF", "", 3, None, ["x"], "*" * 16, "0123456789abcde/"]


@pytest.mark.parametrize("made", IDS)
@pytest.mark.parametrize("key", ["id", "evaluation"])
def test_an_id_that_is_none(run, said, key, made):
    results = files.read_json(run / "results.json")
    for cell in results["cells"]:
        cell[key] = made
    files.write_json(run / "results.json", results)
    asked = {"id": ("predict", run, "--relation", "r"), "evaluation": ("compare", run, run)}[key]
    code, words = said(*asked)
    assert code == 2
    assert "expected an id of 16 digits from 0 to f, got " in words


@pytest.mark.parametrize("cell", ["../..", "*", "[a-f0-9]", ".", "/"])
def test_a_cell_of_a_run_is_named_by_its_id(run, own, said, cell):
    tables = TABLES | {"source": {"run": str(run), "cell": cell}}
    own.write_text(tomli_w.dumps(tables))
    code, words = said("run", own, "--out", run.with_name("out"), "-q")
    assert code == 2
    assert "cell" in words


@pytest.mark.parametrize(
    "change",
    [
        lambda results: results.pop("cells"),
        lambda results: results.update(cells=3),
        lambda results: results.update(cells=[3]),
        lambda results: results.update(cells=[{}]),
        lambda results: results["cells"][0].pop("status"),
        lambda results: results["cells"][0].update(seed="x" * 10**6),
        lambda results: results["cells"][0].update(budget=10**400),
        lambda results: results.update(targets=[]),
        lambda results: results.update(rows=[{"metrics": 10**400}]),
    ],
)
def test_results_of_another_shape(run, said, change):
    results = files.read_json(run / "results.json")
    change(results)
    files.write_json(run / "results.json", results)
    for verb, *more in (("predict", "--relation", "r"), ("compare", run), ("report",), ("show", "0", "--run", run)):
        code, words = said(*((verb, *more) if verb == "show" else (verb, run, *more)))
        assert code in (0, 2), (verb, words)


def line(folder: Path, value: Any) -> None:
    with (folder / "trace.jsonl").open("a") as stream:
        stream.write(json.dumps(value) + "\n")


#: What a stranger may have written with every digest as it should be, in a cell of a run.
STORED: dict[str, Callable[[Path], None]] = {
    "outcome": lambda cell: files.write_json(cell / "outcome.json", {"status": "done"}),
    "failed": lambda cell: files.write_json(cell / "outcome.json", {"status": "failed", "sha": "0"}),
    "seconds": lambda cell: _told(cell, seconds=[]),
    "parameters": lambda cell: _told(cell, trained_parameters="\x1b[31m"),
    "diagnostics": lambda cell: _told(cell, diagnostics=10**30),
    "selection": lambda cell: _told(cell, selection={"steps": {}}),
    "trace": lambda cell: line(cell, {"phase": ["x"], "step": {}, "values": 3}),
    "began": lambda cell: files.write_json(cell.parents[1] / "provenance.json", {"versions": ["torch"]}),
}


def _told(cell: Path, **others: Any) -> None:
    path = cell / "outcome.json"
    files.write_json(path, files.read_json(path) | others)


@pytest.mark.parametrize("name", STORED)
def test_what_a_cell_says_of_another_shape(run, own, said, name):
    (cell,) = run.glob("cells/*")
    before = files.content_digest(*files.read_arrays(cell / "model.safetensors"))
    STORED[name](cell)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert said("run", own, "--out", run, "-q")[0] == 0
    assert said("show", cell.name, "--run", run)[0] == 0
    assert files.content_digest(*files.read_arrays(cell / "model.safetensors")) == before
