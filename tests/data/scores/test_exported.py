"""Tables that `Results.items` made."""

from __future__ import annotations

import pytest

from relxfer.data.scores import exported
from relxfer.data.tables.table import Table
from relxfer.errors import DataError


def test_a_column_for_each_seed_becomes_rows():
    table = Table.of("a.csv", {"item": ["x", "y"], "group": ["1", "2"], "seed 0": ["1", "0"], "seed 7": ["0", ".5"]})
    made, (told,) = exported.as_long(table)
    assert made.names == ("id", "score", "seed", "group")
    assert [made.row(row) for row in range(4)] == [
        ["x", "1", "0", "1"],
        ["y", "0", "0", "2"],
        ["x", "0", "7", "1"],
        ["y", ".5", "7", "2"],
    ]
    assert [*made.lines] == [1, 2, 1, 2]
    assert "2 columns 'seed N' are runs" in told


def test_the_lines_of_an_item_are_items_of_one_group():
    columns = {"item": ["x", "x", "y"], "tag: side": ["head", "tail", "head"], "seed 0": ["1", "0", "1"]}
    made, _ = exported.as_long(Table.of("a.csv", columns))
    named = made.named()
    assert (list(named["id"]), list(named["group"])) == (["x | head", "x | tail", "y | head"], ["x", "x", "y"])


def test_tags_of_items_with_one_line_are_no_part_of_their_names():
    made, _ = exported.as_long(Table.of("a.csv", {"item": ["x", "y"], "tag: t": ["a", "b"], "seed 0": ["1", "0"]}))
    assert made.names == ("id", "score", "seed")
    assert list(made.named()["id"]) == ["x", "y"]


def test_other_tables_stay_as_they_are():
    table = Table.of("a.csv", {"id": ["x"], "seed 0": ["1"]})
    assert exported.as_long(table) == (table, ())


def test_several_pre_trainings_are_refused():
    table = Table.of("a.csv", {"item": ["x"], "seed 0, source seed 1": ["1"]})
    with pytest.raises(DataError, match="got several pre-trainings; compare the run directories"):
        exported.as_long(table)
