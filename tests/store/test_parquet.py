"""Tables in Parquet: by column, and no more than a file of that size honestly holds."""

from __future__ import annotations

import datetime
import gzip
import sys

import pytest

from relxfer.errors import DataError
from relxfer.store import parquet

pyarrow = pytest.importorskip("pyarrow")


def write(path, **columns):
    import pyarrow.parquet as writer

    writer.write_table(pyarrow.table(columns), path)
    return path


def test_columns_come_back_in_the_order_of_the_file(tmp_path):
    day = datetime.date(2020, 1, 2)
    path = write(tmp_path / "a.parquet", b=[" x ", None], a=[1, 2], c=[day, day], d=[[1.0], [2.0]])
    assert parquet.names(path) == ["b", "a", "c", "d"]
    assert parquet.read(path) == {"b": ["x", None], "a": [1, 2], "c": [day, day], "d": [[1.0], [2.0]]}
    assert list(parquet.read(path, ["a", "b", "none"])) == ["b", "a"]


def test_a_text_in_many_rows_is_one_object(tmp_path):
    found = parquet.read(write(tmp_path / "a.parquet", x=["a long name"] * 100))["x"]
    assert len({id(text) for text in found}) == 1


def test_a_packed_file_is_unpacked(tmp_path):
    path = write(tmp_path / "a.parquet", x=[1])
    packed = tmp_path / "a.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert parquet.read(packed) == {"x": [1]}


def test_a_name_twice_is_refused(tmp_path):
    import pyarrow.parquet as writer

    table = pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], ["x", "x"])
    writer.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"a\.parquet.*'x' twice"):
        parquet.names(tmp_path / "a.parquet")


@pytest.mark.parametrize("values", [[b"bytes"], [{"a": 1}], [["text"]]])
def test_a_column_of_other_values_is_refused(tmp_path, values):
    path = write(tmp_path / "a.parquet", x=values, y=[1])
    with pytest.raises(DataError, match=r"a\.parquet.*column .?x"):
        parquet.read(path)
    assert parquet.read(path, ["y"]) == {"y": [1]}


def test_more_cells_than_the_file_has_bytes_for_are_refused(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet", x=[7] * 500_000)
    assert len(parquet.read(path)["x"]) == 500_000
    monkeypatch.setattr(parquet, "FREE", 1000)
    with pytest.raises(DataError, match=r"got 500,000 in .*save it as \.csv"):
        parquet.read(path)


def test_a_damaged_file_is_told(tmp_path):
    path = write(tmp_path / "a.parquet", x=[1])
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match=r"a\.parquet: expected a Parquet file"):
        parquet.read(path)


def test_without_pyarrow_it_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(DataError, match=r"pip install 'relxfer\[tables\]'"):
        parquet.read(tmp_path / "a.parquet")
