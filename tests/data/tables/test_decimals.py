"""Columns of numbers with a decimal comma."""

import pytest

from relxfer.data.tables.column import Column
from relxfer.data.tables.decimals import pointed, with_points


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1,50", "-2", ""], ["1.50", "-2", ""]),
        (["1,234", "0,5"], ["1.234", "0.5"]),
        ([",5", "1,5e-3"], [".5", "1.5e-3"]),
        (["1,234", "12"], None),
        (["1,5", "2.5"], None),
        (["1,5", "1,2,3"], None),
        (["", "NA"], None),
    ],
)
def test_only_numbers_with_commas_get_points(cells, expected):
    made = pointed(Column.of(cells))
    assert (made if made is None else list(made)) == expected


def test_what_was_changed_is_told():
    columns, notes = with_points({"name": Column.of(["a", "b"]), "size": Column.of(["1,5", "2,5"])}, "nodes.csv")
    assert {name: list(column) for name, column in columns.items()} == {"name": ["a", "b"], "size": ["1.5", "2.5"]}
    assert notes == ["of nodes.csv, with decimal commas: 'size'"]
