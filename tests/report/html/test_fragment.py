"""What a notebook shows of results."""

from __future__ import annotations

import builtins
from dataclasses import replace

import pytest

from relxfer.report.html import page
from relxfer.report.html.fragment import fragment


def test_the_answer_the_table_and_warnings(detailed, parsed):
    pytest.importorskip("jinja2")
    made = parsed(fragment(detailed))
    assert made.open == []
    assert made.values("section", "id") == ["relxfer-answer", "relxfer-results", "relxfer-warnings"]
    assert "Transfer helps" in made.text
    assert not {tag for tag, _ in made.elements} & {"script", "svg", "img", "body"}


def test_names_are_no_markup(detailed, parsed):
    hostile = replace(detailed, rows=tuple(replace(row, strategy="<script>") for row in detailed.rows))
    assert "script" not in {tag for tag, _ in parsed(fragment(hostile)).elements}


def test_without_jinja2_it_is_text(detailed, monkeypatch, parsed):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("jinja2"):
            raise ImportError(name)
        return real(name, *rest)

    page.environment.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    shown = fragment(replace(detailed, rows=tuple(replace(row, strategy="<b>") for row in detailed.rows)))
    monkeypatch.undo()
    assert shown.startswith("<pre>us: Transfer helps")
    assert "<b>" not in shown
    assert parsed(shown).open == []
