"""The page on verdicts has the figures that were measured, and no others."""

from __future__ import annotations

import importlib
import json

import pytest

PARTS = ("coverage", "groups", "rare", "collapses", "shared_source", "null", "power", "looks", "best")


@pytest.fixture
def page(root):
    return (root / "docs" / "verdicts.md").read_text(encoding="utf-8")


@pytest.fixture
def cells(root):
    return json.loads((root / "benchmarks" / "results" / "verdicts.json").read_text(encoding="utf-8"))["cells"]


@pytest.fixture
def tables(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return importlib.import_module("verdict_tables")


@pytest.mark.parametrize("part", PARTS)
def test_a_table_is_what_was_measured(part, page, cells, tables):
    assert getattr(tables, part)(cells) in page


def test_every_table_is_on_the_page(tables):
    assert [make.__name__ for make in tables.TABLES] == list(PARTS)


def test_every_cell_was_made_with_2_000_repetitions(cells):
    few = [each for each in cells for figures in each["figures"] if figures["repetitions"] < 2000]
    assert {each["table"] for each in few} <= {"collapses"}  # of which some have too few runs that train


def test_figures_in_the_text_are_what_the_code_gives(page):
    from relxfer.judge import spending

    levels = [f"{level:.4f}".lstrip("0") for level in spending.levels(10)]
    told = page.replace("\n", " ")
    assert f"{', '.join(levels[:-1])} and {levels[-1]}" in told
    assert "from 59 items on" in told
    assert "a is 6.2 in place of 2 at three seeds, and 15.4 in place of 5 at six" in told


def test_the_pilot_is_told_as_it_came_out(root, page):
    path = root / "benchmarks" / "results" / "verdict_pilot.json"
    found = json.loads(path.read_text(encoding="utf-8"))["summary"]
    told = " ".join(page.split())
    assert (found["opposite"], found["null_pairs_with_a_verdict"]) == (0, 0)
    assert f"Of {found['comparisons']} comparisons of six seeds" in told
    assert f"six found {100 * found['recall']:.0f} %" in told
    assert f"on the other half in {100 * found['inside']:.0f} %" in told
