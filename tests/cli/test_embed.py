"""`relxfer embed`: features by name."""

from __future__ import annotations

import csv
import json

import pytest

from relxfer.cli import main
from relxfer.testing import blobs


@pytest.fixture
def embed(runs, tmp_path):
    """`embed(*options)`: the exit code, and the rows that were written."""

    def called(*options, name="x.csv"):
        out = tmp_path / name
        code = main(["embed", str(runs / "one"), "--out", str(out), "--plugin", blobs.__file__, *options])
        if not out.exists():
            return code, None
        with out.open(newline="") as stream:
            return code, list(csv.DictReader(stream))

    return called


def test_every_item_has_its_features_beside_what_is_known_of_it(embed, capsys):
    code, rows = embed("--strategy", "finetune", "--seed", "1", "--json")
    assert code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["items"] == len(rows)
    assert told["columns"] == [name for name in rows[0] if not name.startswith("x")]
    assert told["width"] == len(rows[0]) - len(told["columns"])
    assert {row["answer"] for row in rows} == {row["predicted"] for row in rows}


def test_a_file_that_is_there_is_kept(embed, told):
    assert embed("--strategy", "finetune")[0] == 0
    assert embed("--strategy", "scratch")[0] == 2
    assert "it exists" in told()
    assert embed("--strategy", "scratch", "--force")[0] == 0


def test_a_budget_that_was_not_run_and_a_format_that_is_unknown_are_told(embed, told):
    assert embed("--budget", "7")[0] == 2
    assert "at budget 7" in told()
    assert embed(name="x.docx") == (2, None)
    assert "ending in .parquet, .npz, .csv, .tsv" in told()
