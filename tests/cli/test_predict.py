"""`relxfer predict`: whose answers, to which questions, into which file."""

from __future__ import annotations

import json
import re
import sys

import pytest

import relxfer
from relxfer.cli import main

CONFIG = {
    "seeds": [0],
    "source": {
        "datasets": [{"use": "geo-us", "split_seed": 1}],
        "model": {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 1},
        "training": {"steps": 2, "validations": 0},
    },
    "target": {"dataset": "geo-us", "model": {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 1}},
    "strategy": {"use": "zero-shot"},
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return relxfer.run(CONFIG, tmp_path_factory.mktemp("runs") / "small").folder


def test_predictions_overwrite_nothing_unless_told(run, tmp_path, told):
    queries, out = tmp_path / "queries.tsv", tmp_path / "out.tsv"
    queries.write_text("head\trelation\nTexas\tadjoins_state\n")
    out.write_text("a thesis")
    asked = ["predict", str(run), "--queries", str(queries), "--out"]
    assert main([*asked, str(out)]) == 2
    assert "it exists" in told()
    assert main([*asked, str(queries), "--force"]) == 2
    assert "it is the file of the queries" in told()
    assert main([*asked, str(tmp_path)]) == 2
    assert (out.read_text(), queries.read_text()[:4]) == ("a thesis", "head")
    assert main([*asked, str(out), "--force"]) == 0, told()
    assert out.read_text().startswith("head\trelation")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--target", "nope"], "no target of this run is called 'nope'"),
        (["--cell", ""], "the id ''"),
        (["--strategy", "finetune"], "strategy 'finetune'"),
    ],
)
def test_predictions_name_what_is_not_there(run, arguments, expected, told):
    assert main(["predict", str(run), "--relation", "adjoins_state", *arguments]) == 2
    assert expected in told()


def test_parquet_without_pyarrow_is_told_before_anything_is_computed(run, tmp_path, monkeypatch, told):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert main(["predict", str(run), "--relation", "adjoins_state", "--out", str(tmp_path / "x.parquet")]) == 2
    assert "pip install 'relxfer[tables]'" in told()


def test_all_needs_a_file(run, told):
    assert main(["predict", str(run), "--all"]) == 2
    assert "expected --out FILE with --all" in told()


def test_answers_are_shown_as_a_table_and_as_json_with_a_remark_on_the_model(run, capsys):
    asked = ["predict", str(run), "--relation", "adjoins_state", "--top-k", "2"]
    assert main([*asked, "--json"]) == 0
    shown = capsys.readouterr()
    rows = json.loads(shown.out)
    assert {row["relation"] for row in rows} == {"adjoins_state"}
    assert {row["rank"] for row in rows} == {1, 2}
    assert "predicting with " in shown.err
    assert main(asked) == 0
    assert rows[0]["answer"] in capsys.readouterr().out


def test_every_question_of_the_facts_is_answered_into_a_file(run, tmp_path, capsys):
    out = tmp_path / "all.tsv"
    assert main(["predict", str(run), "--all", "--top-k", "1", "--out", str(out)]) == 0
    queries = len(out.read_text().splitlines()) - 1
    assert f"wrote the answers to {queries:,} queries" in " ".join(capsys.readouterr().err.split())


def test_formats_of_the_data_are_written_and_others_refused(run, tmp_path, told):
    asked = ["predict", str(run), "--all", "--top-k", "1", "--out"]
    assert main([*asked, str(tmp_path / "all.nt")]) == 0
    lines = (tmp_path / "all.nt").read_text().splitlines()
    assert all(re.fullmatch(r"<\S+> <urn:relxfer:\w+> <\S+> \. # rank 1, \w+ \S+", line) for line in lines)
    assert main([*asked, str(tmp_path / "all.docx")]) == 2
    assert ".duckdb, .graphml, .nt, .ttl, got 'all.docx'" in told()


def test_rows_that_cannot_be_asked_are_told_at_the_end_and_the_others_are_answered(run, tmp_path, capsys):
    queries, out = tmp_path / "queries.tsv", tmp_path / "out.tsv"
    queries.write_text("head\trelation\nTexas\tadjoins_state\nTexs\tadjoins_state\nOhio\tadjoins\n")
    assert main(["predict", str(run), "--queries", str(queries), "--top-k", "2", "--out", str(out)]) == 5
    assert [line.split("\t")[0] for line in out.read_text().splitlines()] == ["head", "Texas", "Texas"]
    told = capsys.readouterr().err.splitlines()
    assert told[-3:] == [
        "not asked: 2 rows of the question; the others are answered",
        "  row 2: no entity is called 'Texs'; did you mean 'Texas'?",
        "  row 3: no relation is called 'adjoins'; did you mean 'adjoins_state'?",
    ]
    queries.write_text("head\trelation\nTexs\tadjoins_state\n")
    assert main(["predict", str(run), "--queries", str(queries)]) == 2


def test_a_whole_fact_is_scored_and_has_its_rank(run, tmp_path, capsys):
    def asked(tail):
        queries = tmp_path / "queries.tsv"
        queries.write_text(f"head\trelation\ttail\nTexas\tadjoins_state\t{tail}\n")
        assert main(["predict", str(run), "--queries", str(queries), "--top-k", "300", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    ranked = asked("?")
    for row in (ranked[0], ranked[200]):
        (scored,) = asked(row["answer"])
        assert (scored["tail"], scored["answer"]) == ("?", row["answer"])
        assert scored["probability"] == pytest.approx(row["probability"], abs=1e-5)
        assert scored["rank"] > sum(other["probability"] > row["probability"] + 1e-4 for other in ranked)
    assert asked("Oklahoma")[0]["answer"] == "Oklahoma", "a known fact is scored too"


def test_known_facts_are_not_predicted_unless_as_judged(run, tmp_path, capsys):
    """Of geo-us, every fifth fact or so is held out."""

    def answers(*more):
        asked = ["predict", str(run), "--relation", "adjoins_state", "--top-k", "300", "--json", *more]
        assert main(asked) == 0
        return {(row["head"], row["answer"]) for row in json.loads(capsys.readouterr().out)}

    held_out = answers("--as-judged") - answers()
    assert held_out
    facts = tmp_path / "facts.csv"
    facts.write_text("head,relation,tail\nTexas,adjoins_state,Atlantis\n")
    grown = answers("--facts", str(facts))
    assert ("Atlantis", "Texas") in grown
    assert ("Texas", "Atlantis") not in grown
