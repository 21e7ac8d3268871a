"""Files of named vectors, read back."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from relxfer.errors import UsageError
from relxfer.predict.formats import vectors

WORDS = {"node": ["ann", "=cmd\x00\ud800"], "predicted": ["x", "<y>"]}
FEATURES = np.array([[0.1, 1e-30, 3.0], [np.float32(1) / 3, -2.5, 0.0]], np.float32)


@pytest.mark.parametrize(("ending", "separator"), [(".csv", ","), (".tsv", "\t")])
def test_tables_give_the_same_numbers(tmp_path, ending, separator):
    assert vectors.write(WORDS, FEATURES, tmp_path / f"x{ending}") == 2
    with (tmp_path / f"x{ending}").open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=separator))
    assert list(rows[0]) == ["node", "predicted", "x0", "x1", "x2"]
    read = np.array([[float(row[f"x{i}"].lstrip("'")) for i in range(3)] for row in rows], np.float32)
    assert (read == FEATURES).all()
    assert not rows[1]["node"].startswith("=") or ending == ".tsv"


def test_numpy_reads_it_without_pickle(tmp_path):
    vectors.write({"node": ["ann", "bob"]}, FEATURES, tmp_path / "x.npz")
    with np.load(tmp_path / "x.npz", allow_pickle=False) as read:
        assert (read["vectors"] == FEATURES).all()
        assert read["node"].tolist() == ["ann", "bob"]


def test_parquet_has_a_list_for_each_item(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    vectors.write(WORDS, FEATURES, tmp_path / "x.parquet")
    table = parquet.read_table(tmp_path / "x.parquet")
    assert table.column_names == ["node", "predicted", "vector"]
    assert np.array_equal(np.float32(table["vector"].to_pylist()), FEATURES)
    assert table["node"].to_pylist() == ["ann", "=cmd\x00\\ud800"]


def test_no_items_are_written(tmp_path):
    for ending in (".csv", ".npz", ".parquet"):
        assert vectors.write({"node": []}, np.zeros((0, 3), np.float32), tmp_path / f"none{ending}") == 0


def test_a_file_that_cannot_be_written_is_told_before_anything_is_computed(tmp_path):
    (tmp_path / "x.csv").touch()
    with pytest.raises(UsageError, match="it exists"):
        vectors.check(tmp_path / "x.csv", force=False)
    vectors.check(tmp_path / "x.csv", force=True)
    with pytest.raises(UsageError, match=r"ending in \.parquet"):
        vectors.check(tmp_path / "x.xlsx", force=False)
