"""Tables of texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.data.tables.table import Table
from relxfer.errors import DataError


@pytest.mark.parametrize(
    ("names", "got"), [(("a", "a"), "'a' 2 times"), (("a", ""), "an empty one"), (None, "got none; add a header")]
)
def test_every_column_has_a_name_of_its_own(names, got):
    table = replace(Table.of("a.tsv", {"x": ["1"], "y": ["2"]}), names=names)
    with pytest.raises(DataError, match=f"a.tsv: .*{got}"):
        table.named()


def test_rows_that_are_taken_out_leave_the_lines_of_the_others():
    table = replace(Table.of("a.tsv", {"x": ["a", "b", "c"]}), lines=[2, 4, 7])
    left = table.without(np.array([False, True, False]))
    assert (list(left.columns[0]), left.where(1), len(left)) == (["a", "c"], "a.tsv:7", 2)
    assert table.without(np.zeros(3, bool)) is table


def test_a_column_is_called_by_its_name_or_number():
    table = Table.of("a.tsv", {"x": ["a"], "": ["b"]})
    assert (table.called(0), table.called(1), table.width) == ("'x'", "column 2", 2)
