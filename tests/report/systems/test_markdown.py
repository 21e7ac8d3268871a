"""A judgement as Markdown."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.systems.markdown import markdown


def test_tables_sentences_and_notes(judged):
    lines = markdown(judged).splitlines()
    assert "| A | .500 [.400, .600] | 1,200 | 60 | 4 |" in lines
    assert "| C | +.010 [-.040, +.060] | .700 | 1.000 | inconclusive |" in lines
    assert any(line.startswith("- **B is better than A (runs and items like these).** ") for line in lines)
    assert lines[-1] == "- of a.csv: id 'id'"


def test_names_are_no_markup(judged):
    text = markdown(replace(judged, metric="a|b <i>"))
    assert "## a\\|b &lt;i&gt;" in text
