"""Plots of results without curves or gains; `tests/test_finished.py` draws those of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.errors import UsageError
from relxfer.report.notebooks import figures
from relxfer.results.results import Results

EMPTY = Results(Path("runs/none"), "none", (), ())


@pytest.mark.parametrize(("draw", "told"), [(figures.curves, "two or more numbers"), (figures.gains, "got none")])
def test_what_is_not_there_is_told(draw, told):
    with pytest.raises(UsageError, match=told):
        draw(EMPTY)
