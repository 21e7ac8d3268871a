"""A header differs from the rows below it."""

from __future__ import annotations

import pytest

from relxfer.data.tables.column import Column
from relxfer.data.tables.header import decide
from relxfer.data.tables.roles import Role

NUMBERS = [Column.of(map(str, range(30))), Column.of(str(i / 7) for i in range(30))]
IDS = [Column.of(f"/m/{i % 9}" for i in range(30)), Column.of(f"Q{i % 5}" for i in range(30))]
ENDS = [Role.of("source", "source from"), Role.of("target", "target to")]


@pytest.mark.parametrize(
    ("first", "columns", "found"),
    [
        (["x", "y"], NUMBERS, True),
        (["x", "NaN"], NUMBERS, False),
        (["3.5", "0.1"], NUMBERS, False),
        (["x", "x"], NUMBERS, False),
        (["protein", "drug"], IDS, True),
        (["/m/77", "Q99"], IDS, False),
        (["protein", "Q3"], IDS, False),
        (["protein", ""], IDS, False),
        (["", "drug"], [NUMBERS[0], IDS[1]], True),
        (["From", "to"], IDS, True),
        (["From", "to"], [Column.of([]), Column.of([])], True),
        (["x", "y"], [Column.of([]), Column.of([])], False),
    ],
)
def test_by_kind_and_form(first, columns, found):
    assert decide(first, columns, ENDS).found is found


def test_what_is_guessed_is_said_and_what_is_sure_is_not():
    assert decide(["source", "target"], NUMBERS, ENDS).notes(["source", "target"]) == []
    (note,) = decide(["x", "y"], NUMBERS, ENDS).notes(["x", "y"])
    assert note == (
        "the first line (x, y) is taken for a header: texts stand above numbers (header = false if it is a row)"
    )
    few = [Column.of(["a", "b", "a", "b"]), Column.of(["c", "d", "d", "c"])]
    assert "may be a header" in decide(["p", "q"], few).notes(["p", "q"])[0]
