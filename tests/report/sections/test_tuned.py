"""The options that tuning chose, in the report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.declare.tuning import Choice
from relxfer.report.sections import tuned
from relxfer.store.console import PlainConsole

CHOICE = Choice({"training.lr": 0.0123456, "source_penalty_weight": 0.1}, 16, "target-val")


@pytest.fixture
def chosen(sample):
    """All rows that are compared had their options chosen."""
    return replace(sample, rows=tuple(replace(row, choice=CHOICE) for row in sample.rows))


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_table_has_the_options_of_each_row(chosen, width):
    console = PlainConsole(width=width)
    with console.capture() as shown:
        console.print(tuned.section(chosen))
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= width
    text = " ".join(shown.get().split())
    assert text.count("training.lr 0.01235,") == len(chosen.rows)
    assert "…" not in text


def test_without_choices_there_is_nothing_to_show(sample):
    assert tuned.section(sample) is None
    assert list(tuned.sentences(sample)) == []


def test_it_says_so_where_scratch_was_not_tuned(chosen):
    (line,) = tuned.sentences(chosen)
    assert (
        line
        == "Options were chosen among 16 trials of each row, those of scratch too, by target-val, without the test."
    )
    rows = [replace(row, role="scratch", choice=None, runs=1) for row in chosen.rows[:1]]
    (line,) = tuned.sentences(replace(chosen, rows=(*rows, *chosen.rows[1:])))
    assert "scratch" not in line
