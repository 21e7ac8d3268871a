"""Commands that can be copied."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from relxfer.cli import parser
from relxfer.report.parts import next_steps
from relxfer.report.shown.blocks import Code
from relxfer.report.shown.subject import Subject


def commands(subject) -> list[list[str]]:
    return [shlex.split(block.text) for block in next_steps.part(subject).blocks if isinstance(block, Code)]


def test_the_command_line_understands_each(subject):
    made = [words for words in commands(subject) if words[1] != "publish"]
    assert [words[1] for words in made] == ["show", "predict", "predict", "refit", "run"]
    for words in made:
        parser().parse_args(words[1:])


def test_a_folder_with_spaces_stays_one_word(detailed):
    made = replace(detailed, folder=Path("my runs/a;b"))
    assert all("my runs/a;b" in " ".join(words) for words in commands(Subject(made, made)))
    assert ["relxfer", "predict", "my runs/a;b", "--all", "--out", "answers.csv"] in commands(Subject(made, made))


def test_questions_name_their_columns_and_open_ones_what_would_decide(subject, told):
    text = told(next_steps.part(subject))
    assert "questions (columns: head, relation)" in text
    assert "a gain of +.020 would show from about 24 seeds" in text


def test_nothing_to_decide_asks_for_no_seeds(detailed):
    made = replace(detailed, rows=detailed.rows[:3])
    assert not any(words[1] == "run" for words in commands(Subject(made, made)))
