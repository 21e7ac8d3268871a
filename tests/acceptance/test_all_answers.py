"""Answers to every question of a graph: streamed, and finished after they were broken off."""

import csv

import pytest

import relxfer
from relxfer.cli import main
from relxfer.errors import ArtefactError, UsageError
from relxfer.plugins.finder import Plugins
from relxfer.predict import predictions
from relxfer.predict.formats import journal
from relxfer.store import files

pytestmark = pytest.mark.processor

CONFIG = {
    "name": "all",
    "seeds": 1,
    "threads": 1,
    "source": {
        "datasets": ["geo-us"],
        "model": {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 2},
        "training": {"steps": 2, "batch_size": 4, "validations": 0},
    },
    "target": {"dataset": "geo-us", "label_budgets": [0, "all"], "adapter": {"use": "kg", "block_mb": 0.5}},
    "strategy": [{"use": "zero-shot"}],
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("all") / "run"
    relxfer.run(CONFIG, folder)
    return folder


@pytest.fixture
def chosen(run):
    return predictions.choose(run, Plugins.load(third_party=False))


class Broken(Exception):
    pass


def broken_after(calls):
    left = [calls]

    def told(done, total):
        left[0] -= 1
        if left[0] < 0:
            raise Broken

    return told


def test_every_question_is_answered_as_if_asked_alone(run, chosen, tmp_path, capsys):
    out = tmp_path / "all.tsv"
    assert main(["predict", str(run), "--all", "--top-k", "3", "--out", str(out)]) == 0
    with out.open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    graph = chosen.domain.inputs
    heads = {(graph.entities[h], graph.relations[r]) for h, r, _ in graph.facts}
    asked = {(row["head"], row["relation"]) for row in rows if row["tail"] == "?"}
    assert asked == heads
    some = sorted(heads)[::97]
    question = {"head": [h for h, _ in some], "relation": [r for _, r in some]}
    alone = predictions.as_rows(predictions.predict(chosen, question, 3))
    found = {
        tuple(row[name] for name in ("head", "relation", "tail", "answer")): float(row["probability"]) for row in rows
    }
    scores = {
        tuple(row[name] for name in ("head", "relation", "tail", "rank")): float(row["probability"]) for row in rows
    }
    for *query, answer, rank, score in (row.values() for row in alone):
        assert scores[*query, str(rank)] == pytest.approx(score, abs=1e-5)
        assert found.get((*query, answer), scores[*query, "3"]) == pytest.approx(score, abs=1e-5)  # what ties may swap
    assert list(tmp_path.iterdir()) == [out]


def test_what_was_broken_off_is_finished_to_the_same_file(chosen, tmp_path):
    whole, part = tmp_path / "whole.tsv", tmp_path / "part.tsv"
    total = journal.write(chosen, whole, 3)
    with pytest.raises(Broken):
        journal.write(chosen, part, 3, progress=broken_after(4))
    assert not part.exists()
    with (tmp_path / "part.tsv.part").open("a") as file:
        file.write("a line that the process died over")
    dones = []
    assert journal.write(chosen, part, 3, progress=lambda done, of: dones.append(done)) == total
    assert 0 < dones[0] < dones[-1] == total
    assert part.read_bytes() == whole.read_bytes()


def test_a_disk_that_was_full_from_the_start_leaves_a_beginning_that_goes_on(chosen, tmp_path, monkeypatch):
    path, part, whole = (tmp_path / name for name in ("x.tsv", "x.tsv.part", "whole.tsv"))
    write = files.write_json

    def full(where, value):
        if part.exists():  # the header is on the disk, and nothing fits beside it
            raise ArtefactError("full")
        write(where, value)

    monkeypatch.setattr(files, "write_json", full)
    with pytest.raises(ArtefactError):
        journal.write(chosen, path, 3)
    assert part.read_text().startswith("head")
    monkeypatch.undo()
    assert journal.write(chosen, path, 3) == journal.write(chosen, whole, 3)
    assert path.read_bytes() == whole.read_bytes()


def test_answers_of_another_kind_are_not_mixed(chosen, tmp_path):
    with pytest.raises(Broken):
        journal.write(chosen, tmp_path / "x.csv", 3, progress=broken_after(2))
    with pytest.raises(UsageError, match="the beginning of the same answers"):
        journal.write(chosen, tmp_path / "x.csv", 4)
    own = tmp_path / "mine.csv.part"
    own.write_text("nobody's but mine")
    with pytest.raises(UsageError, match="something else"):
        journal.write(chosen, tmp_path / "mine.csv", 3)
    assert own.read_text() == "nobody's but mine"
    journal.write(chosen, tmp_path / "x.csv", 4, force=True)
    assert (tmp_path / "x.csv").read_text().startswith("head,relation,tail,answer,rank,probability\n")


def test_a_format_that_there_is_not_and_the_terminal_are_refused(run, chosen, tmp_path, capsys):
    with pytest.raises(UsageError, match=r"\.duckdb, \.graphml, \.nt, \.ttl, got"):
        journal.write(chosen, tmp_path / "x.xlsx", 3)
    assert main(["predict", str(run), "--all"]) == 2
    assert "--out FILE" in capsys.readouterr().err
