"""Label budgets in order."""

from __future__ import annotations

import pytest

from relxfer.results.budgets import size


@pytest.mark.parametrize(
    ("budgets", "ordered"), [(["all", 3, 20, 0], [0, 3, 20, "all"]), ([7], [7]), (["all"], ["all"])]
)
def test_all_is_more_than_any_number(budgets, ordered):
    assert sorted(budgets, key=size) == ordered
    assert max(budgets, key=size) == ordered[-1]
