"""What rows of a query become, and how many there may be."""

import datetime
import decimal
import uuid

import pytest

from relxfer.errors import DataError
from relxfer.store import bounded, query_rows
from relxfer.store.query_rows import gathered


@pytest.fixture
def path(tmp_path):
    (tmp_path / "x.sqlite").write_bytes(b"x")
    return tmp_path / "x.sqlite"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Rome ", "Rome"), (None, ""), (7, "7"), (7.0, "7"), (0.5, "0.5"), (-0.0, "0"), (2**60, str(2**60)),
        (decimal.Decimal("3.00"), "3"), (decimal.Decimal("3.50"), "3.50"), (True, "True"), (float("inf"), "inf"),
        (datetime.date(2020, 1, 2), "2020-01-02"), (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("1.0", "1.0"), ("007", "007"),
    ],
)  # fmt: skip
def test_values_are_texts(path, value, text):
    assert gathered(path, ["v"], [(value,)]).columns == ([text],)


def test_equal_texts_are_one_object(path):
    (cells,) = gathered(path, ["v"], [("ab" * i,) for i in (20, 20)]).columns
    assert cells[0] is cells[1]


@pytest.mark.parametrize(
    ("value", "message"),
    [(b"x", "got bytes in row 1"), ([1], "got list"), (float(2**53), "below 2.53 where they are held as floats")],
)
def test_values_that_are_no_names(path, value, message):
    with pytest.raises(DataError, match=message):
        gathered(path, ["v"], [(value,)])


def test_rows_and_texts_are_bounded_by_the_size_of_the_file(path, monkeypatch):
    monkeypatch.setattr(query_rows, "FREE", 5)
    monkeypatch.setattr(bounded, "most_unpacked", lambda size: 100 * size)
    assert len(gathered(path, ["v"], [("a",)] * 15).columns[0]) == 15
    with pytest.raises(DataError, match="at most 15 rows, for a file of 1 bytes"):
        gathered(path, ["v"], iter(lambda: ("a",), None))
    with pytest.raises(DataError, match="texts are at most 100 times as long"):
        gathered(path, ["v"], [("a" * 60,), ("b" * 60,)])
