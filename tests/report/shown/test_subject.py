"""A run as its parts see it."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.shown.subject import ANY, Subject
from relxfer.store import escaping


def test_rows_that_came_out_know_their_place(subject):
    assert [place.path for place in subject.rows] == [f"/rows/{n}" for n in (0, 1, 2, 3, 5, 6)]
    assert list(subject.grouped()) == [("world", "us")]


def test_rows_that_are_given_no_labels_stand_once(detailed):
    cell = replace(detailed.cells[0], labels=False, strategy="zero-shot")
    cells = tuple(replace(cell, budget=budget) for budget in (10, "all"))
    rows = tuple(replace(detailed.rows[1], budget=budget) for budget in (10, "all"))
    run = replace(detailed, rows=rows, cells=cells)
    subject = Subject(run, run)
    assert [(place.path, where) for place, where in subject.once(subject.rows)] == [("/rows/0", ANY)]
    other = replace(run, rows=(rows[0], replace(rows[1], gain=None)))
    subject = Subject(other, other)
    assert [where for _, where in subject.once(subject.rows)] == ["10 labels", "all labels"]


def test_the_row_to_use_with_the_most_labels_comes_first(detailed):
    rows = tuple(replace(detailed.rows[at], use=True) for at in (0, 3))
    run = replace(detailed, rows=rows)
    assert [name for _, _, name in Subject(run, run).used()] == ["finetune, all labels", "finetune, 10 labels"]


def test_the_configuration_is_that_of_the_folder(detailed, tmp_path):
    run = replace(detailed, folder=tmp_path)
    assert Subject.of(run).toml == ""
    (tmp_path / "config.toml").write_text("[target]\n")
    assert Subject.of(run).toml == "[target]\n"
    (tmp_path / "config.toml").write_bytes(b"\0 no text")
    assert Subject.of(run).toml == ""


def test_names_are_escaped_for_the_medium_and_plain_for_commands(detailed):
    hostile = replace(detailed, name="*x*")
    made = Subject.of(hostile, escape=escaping.markdown)
    assert (made.results.name, made.plain.name) == (r"\*x\*", "*x*")
    assert made.pictures is None
