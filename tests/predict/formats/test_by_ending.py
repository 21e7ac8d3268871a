"""Which formats of tables there are."""

from __future__ import annotations

from relxfer.predict.formats.by_ending import TABLES


def test_every_table_is_written_to_its_path(tmp_path):
    for ending, write in TABLES.items():
        assert write(("node", "answer"), [[["ann"], ["x"]]], tmp_path / f"a{ending}") == 1
        assert (tmp_path / f"a{ending}").stat().st_size
