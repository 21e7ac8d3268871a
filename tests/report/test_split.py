"""A table that is too wide is split, and nothing in it is cut."""

from __future__ import annotations

import pytest

from relxfer.report.split import SplitTable

WIDE = SplitTable(
    ("source",), ("first value", "second value", "third value"),
    [["a-name-that-is-quite-long", "+.100 [+.050, +.150]", "INCONCLUSIVE", "1,234"]], "all of it",
)  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_all_cells_are_whole_at_any_width(shown, width):
    text = shown(WIDE, width)
    assert all(len(line.rstrip()) <= width for line in text.splitlines())
    assert text.count("all of it") == 1
    for cell in ("+.100 [+.050, +.150]", "INCONCLUSIVE", "1,234", "first value", "third value"):
        assert cell in text


def test_the_first_columns_stand_in_each_part_and_only_they_fold(shown):
    assert shown(WIDE, 160).count("a-name-that-is-quite-long") == 1
    narrow = shown(WIDE, 40)
    assert narrow.count("source") == 2
    assert "a-name-that-is-q" in narrow.replace("\n", "")


def test_spare_columns_are_left_out_before_they_need_a_table_of_their_own(shown):
    spare = SplitTable(WIDE.keys, WIDE.columns, WIDE.rows, spare=("third value",))
    assert "1,234" in shown(spare, 160)
    assert "1,234" not in shown(spare, 54)
    assert "INCONCLUSIVE" in shown(spare, 54)
