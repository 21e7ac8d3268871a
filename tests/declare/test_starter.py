"""`relxfer init` and `--dry-run`: from the user's files to a plan."""

from __future__ import annotations

import json

import pytest

from relxfer.cli import main


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "mine.csv"
    people = [f"p{i}" for i in range(12)]
    rows = [f"{a},knows,{b}" for a in people for b in people if a < b and (int(a[1:]) + int(b[1:])) % 3]
    path.write_text("head,relation,tail\n" + "\n".join(rows) + "\n")
    return path


def test_init_writes_a_configuration_that_runs(facts, tmp_path, capsys):
    out = tmp_path / "own.toml"
    assert main(["init", str(facts), "--out", str(out)]) == 0
    assert "facts" in capsys.readouterr().out
    assert main(["check", str(out)]) == 0
    capsys.readouterr()
    assert main(["run", str(out), "--dry-run", "--json", "--out", str(tmp_path / "r")]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["seconds"] > 0
    assert {row["strategy"]: row["runs"] for row in plan["rows"]}["zero-shot"] == 1, "no labels, no seed: one run"
    assert not (tmp_path / "r").exists(), "a dry run writes nothing"
    assert main(["run", str(out), "--dry-run", "--out", str(tmp_path / "r")]) == 0
    assert "estimate" in capsys.readouterr().out


def test_init_overwrites_nothing_unasked(facts, tmp_path, capsys):
    out = tmp_path / "own.toml"
    out.write_text("precious")
    assert main(["init", str(facts), "--out", str(out)]) == 2
    assert out.read_text() == "precious"
    assert main(["init", str(facts), "--out", str(out), "--force"]) == 0
    assert main(["init", str(tmp_path / "absent"), "--out", str(tmp_path / "x.toml")]) == 2
    assert "does not exist" in capsys.readouterr().err.replace("\n", " ")


def test_init_says_why_files_are_not_understood(tmp_path, capsys):
    picture = tmp_path / "cat.png"
    picture.write_bytes(b"\x89PNG")
    assert main(["init", str(picture), "--out", str(tmp_path / "x.toml")]) == 2
    shown = capsys.readouterr().err
    assert "kg-files" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    "text", ["a\tlikes\tb\rb\tlikes\tc\rc\tlikes\ta\r", '"a\tlikes\tb\n' + "b\tlikes\tc\n" * 20_000]
)
def test_init_reads_facts_that_are_no_table_to_other_readers(tmp_path, capsys, text):
    path = tmp_path / "facts.tsv"
    path.write_bytes(text.encode())
    assert main(["init", str(path), "--out", str(tmp_path / "x.toml")]) == 0
    assert "TSV, separated by tabs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "name"), [("my facts (ü).toml", "my-facts"), ("_x.toml", "x"), ("ü.toml", "run"), ("own_1.toml", "own_1")]
)
def test_whatever_the_file_is_called_the_run_has_a_name(facts, tmp_path, capsys, file, name):
    out = tmp_path / file
    assert main(["init", str(facts), "--out", str(out)]) == 0
    assert f'name = "{name}"' in out.read_text()
    assert main(["check", str(out)]) == 0
