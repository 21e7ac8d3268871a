"""Endings of names of files."""

from pathlib import PurePath

import pytest

from relxfer.store.endings import ending


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.GML.GZ", ".gml"), ("a.b.csv", ".csv"), ("facts.gz", ""), (".gz", ""), ("x.d/facts", ""), ("a.tar.gz", ".tar")],
)
def test_the_last_ending_but_gz_counts(name, expected):
    assert ending(PurePath(name)) == expected
