"""Which column has which role."""

from __future__ import annotations

import pytest

from relxfer.data.tables.roles import Role, layout
from relxfer.data.tables.table import Table
from relxfer.errors import DataError

ROLES = [Role.of("head", "head from"), Role.of("tail", "tail to"), Role.of("time", "time year", needed=False)]


def table(*names: str) -> Table:
    return Table.of("a.csv", {name: ["x", "y"] for name in names})


@pytest.mark.parametrize(
    ("names", "told", "positions"),
    [
        (["To", "FROM"], None, {"head": 1, "tail": 0}),
        (["to", "year", "from"], None, {"head": 2, "tail": 0, "time": 1}),
        (["a", "b", "c"], None, {"head": 0, "tail": 1}),
        (["a", "b", "c"], (2, 0), {"head": 2, "tail": 0}),
        (["a", "b", "c"], ("C", "b"), {"head": 2, "tail": 1}),
    ],
)
def test_the_user_then_headings_then_positions(names, told, positions):
    assert layout(table(*names), ROLES, told).positions == positions


def test_content_counts_before_positions_and_after_headings():
    def content(of):
        return {"head": 1, "tail": 0}, ["since I say so"]

    found = layout(table("a", "b", "c"), ROLES, None, content)
    assert found.positions == {"head": 1, "tail": 0}
    assert found.note(table("a", "b", "c")) == ("since I say so", "of a.csv, not used: 'c'")
    assert layout(table("from", "to"), ROLES, None, content).positions == {"head": 0, "tail": 1}
    assert layout(table("a", "b"), ROLES, None, lambda of: None).positions == {"head": 0, "tail": 1}


@pytest.mark.parametrize(
    ("names", "told", "words"),
    [
        (["a"], None, r"a.csv:1: expected 2 columns \(head, tail\), got 1 in 'x'; separate"),
        (["a", "b"], (0, 2), "expected a column at position 2"),
        (["a", "b"], (0, "c"), "expected a column 'c', got none"),
        (["A ", "a"], ("a", 0), None),
        (["A b", "a-b"], ("ab", 0), "expected one column 'ab', got 2"),
    ],
)
def test_columns_that_are_not_there(names, told, words):
    if words is None:
        assert layout(table(*names), ROLES, told).positions["head"] == 1
    else:
        with pytest.raises(DataError, match=words):
            layout(table(*names), ROLES, told)
