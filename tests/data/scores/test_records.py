"""The scores of one system."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from relxfer.data.scores.records import ItemScores, Named
from relxfer.data.tables.column import Column
from relxfer.errors import UsageError


def test_chosen_rows_keep_what_belongs_to_them():
    ids, seeds = Column.of("abc"), Column.of("001")
    made = ItemScores("A", Path("a.csv"), "score", ids, np.array([1.0, 2.0, 3.0]), np.arange(2, 5), seeds)
    kept = made.rows(np.array([True, False, True]))
    assert (list(kept.ids), kept.scores.tolist(), kept.lines.tolist()) == (["a", "c"], [1.0, 3.0], [2, 4])
    assert kept.seeds is not None
    assert list(kept.seeds) == ["0", "1"]
    assert kept.groups is None


def test_a_role_that_is_none():
    with pytest.raises(UsageError, match="among id, seed, group, class, system, got 'score'"):
        Named({"score": "x"})
