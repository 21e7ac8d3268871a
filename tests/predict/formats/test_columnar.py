"""Parquet."""

from __future__ import annotations

import pytest

from relxfer.predict.formats import columnar

pq = pytest.importorskip("pyarrow.parquet")


def test_parquet_keeps_types_and_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "_GROUP", 4)
    block = [["0", "1"], ["cat", "dog\ud800"], [1, 1], [0.75, 1.0]]
    path = tmp_path / "a.parquet"
    assert columnar.parquet_table(("query", "answer", "rank", "score"), [block] * 4, path) == 8
    assert pq.read_table(path).to_pydict() == {
        "query": ["0", "1"] * 4, "answer": ["cat", "dog\\ud800"] * 4, "rank": [1] * 8, "score": [0.75, 1.0] * 4,
    }  # fmt: skip
    assert pq.ParquetFile(path).metadata.num_row_groups > 1
