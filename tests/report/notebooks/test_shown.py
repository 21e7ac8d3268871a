"""What a notebook shows of results; `tests/test_finished.py` looks at those of a run."""

from __future__ import annotations

from pathlib import Path

from relxfer.report.notebooks import shown
from relxfer.results.results import Results


def test_results_without_rows_are_shown():
    assert "Answer" in shown.html(Results(Path("runs/none"), "none", (), ()))
