"""What is generated of the strategies stands in the documentation as their records are now."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "strategy_pages.py"


@pytest.fixture
def pages(monkeypatch) -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("strategy_pages", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def test_index_and_navigation_are_up_to_date(pages):
    stale = [path.name for path, text in pages.generated().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run python scripts/strategy_pages.py"


def test_every_family_has_a_heading_and_a_sentence(pages):
    for family in pages.families():
        assert family.title
        assert family.sentence.endswith(".")


def test_a_row_says_setting_and_needs(pages):
    (tuning,) = (family for family in pages.families() if family.title == "Tuning")
    text = pages.index([replace(tuning, strategies=tuning.strategies[:1])])
    assert "| [finetune](finetune.md) | go on training the source model on the target's labels | inductive | " in text
    assert "`source-model`, `gradients`, `target-labels` |" in text


def test_a_stage_is_called_one(pages):
    (unlabelled,) = (family for family in pages.families() if family.title == "Unlabelled")
    rows = {row.split("]")[0]: row for row in pages.index([unlabelled]).splitlines() if row.startswith("| [")}
    assert "| stage | `features`, `views` |" in rows["| [dgi"]
    assert "| unsupervised |" in rows["| [k-means"]


def test_a_file_without_its_marks_is_refused(pages, tmp_path):
    path = tmp_path / "mkdocs.yml"
    path.write_text("no marks\n")
    with pytest.raises(SystemExit, match=r"expected the marks .* got them 0 times"):
        pages._between_marks(path, "text")
