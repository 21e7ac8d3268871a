"""`relxfer init`: from files to a configuration that `relxfer check` accepts."""

from __future__ import annotations

import json
import tomllib

import pytest

import relxfer
from relxfer.cli import main

FACTS = "".join(f"a{i}\tknows\ta{(i * 7 + 1) % 20}\n" for i in range(40))


def test_a_configuration_is_written_and_the_next_command_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts.tsv").write_text(FACTS)
    assert main(["init", "facts.tsv", "--out", "my run.toml"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "wrote my run.toml; next: relxfer run 'my run.toml'" in shown
    assert main(["check", "my run.toml"]) == 0


def test_a_configuration_is_not_overwritten_unless_told(tmp_path, capsys):
    (tmp_path / "facts.tsv").write_text(FACTS)
    out = tmp_path / "run.toml"
    out.write_text("mine")
    arguments = ["init", str(tmp_path / "facts.tsv"), "--out", str(out)]
    assert main(arguments) == 2
    assert out.read_text() == "mine"
    assert main([*arguments, "--force"]) == 0
    assert "kg-files" in out.read_text()


def test_files_that_nothing_reads_are_told(tmp_path, capsys):
    assert main(["init", str(tmp_path / "none.tsv"), "--out", str(tmp_path / "run.toml")]) == 2
    assert "expected" in capsys.readouterr().err
    assert not (tmp_path / "run.toml").exists()


@pytest.mark.measured
def test_the_cost_is_measured_and_told(tmp_path, capsys):
    (tmp_path / "facts.tsv").write_text(FACTS)
    assert main(["init", str(tmp_path / "facts.tsv"), "--out", str(tmp_path / "run.toml")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "the run will take about" in shown
    assert "of CPU time: 6 seeds, label budgets 0, 10, all, 200 steps" in shown, "there are no 100 labels"
    assert "next: relxfer run" in shown


@pytest.mark.measured
def test_a_graph_that_nothing_can_be_held_out_from_is_told_and_no_run_is_proposed(tmp_path, capsys):
    (tmp_path / "facts.tsv").write_text("".join(f"a{i}\tknows\tb{i}\n" for i in range(40)))
    assert main(["init", str(tmp_path / "facts.tsv"), "--out", str(tmp_path / "run.toml")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "it cannot run yet:" in shown
    assert "expected facts that can be held out" in shown
    assert "add facts, or name files that hold the test" in shown
    assert "next:" not in shown


@pytest.mark.extra
def test_a_configuration_for_data_of_the_hub_names_the_hub(hub, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    commit = hub.commit("me/facts", {"train.tsv": FACTS.encode(), "more/train.tsv": FACTS.encode()})
    address = f"hf://datasets/me/facts@{commit}"
    more = ["--source", f"{address}/more/train.tsv"]
    assert main(["init", f"{address}/train.tsv", "--out", "run.toml", *more]) == 0
    written = tomllib.loads((tmp_path / "run.toml").read_text())
    assert str(tmp_path / "data") not in (tmp_path / "run.toml").read_text(), "a copy can be removed"
    assert written["target"]["name"] == "facts", "not the commit"
    assert written["target"]["dataset"]["facts"] == f"{address}/train.tsv"
    assert written["source"]["datasets"][0]["facts"] == f"{address}/more/train.tsv"
    assert main(["check", "run.toml"]) == 0


def test_several_sources_are_written_for_a_recommendation(tmp_path, capsys):
    """Each with its own files or data set, trained alike; nothing is measured, since a recommendation has its bound."""
    own, other, out = tmp_path / "own.tsv", tmp_path / "other.tsv", tmp_path / "made.toml"
    for path, step in ((own, 1), (other, 2)):
        path.write_text("".join(f"e{i}\tr{i % 3}\te{(i + step + i % 5) % 40}\n" for i in range(80)))
    asked = [
        "init",
        str(own),
        "--source",
        str(other),
        "--source",
        "geo-world",
        "--source",
        "kg-base",
        "--source",
        "ultra-50g",
        "--source",
        "kg-trix",
        "--out",
        str(out),
        "--json",
    ]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["next"] == f"relxfer recommend {out}"
    made = tomllib.loads(out.read_text())
    first, second, *weights = made["source"]
    assert (first["datasets"][0]["facts"], second["datasets"]) == ("other.tsv", ["geo-world"])
    assert first["training"] == second["training"]
    named = {"kg-base": "ultra", "ultra-50g": "ultra", "kg-trix": "trix"}
    assert weights == [{"model": model, "weights": name} for name, model in named.items()]
    assert max(budget for budget in made["target"]["label_budgets"] if budget != "all") < 80
    assert relxfer.check(out).cells > 0
