"""The page on recommendations: its table is that of the results."""

from __future__ import annotations

import json
import re
from pathlib import Path

from relxfer.report import wording

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "recommending.md").read_text(encoding="utf-8")


def test_the_table_is_that_of_the_results():
    results = json.loads((ROOT / "benchmarks" / "results" / "recommended.json").read_text(encoding="utf-8"))["cases"]
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (five|renamed) \|", line)]
    assert len(rows) == len(results)
    for row, made in zip(rows, results, strict=True):
        use = f"{made['strategy']} from {made['source']}" if made["source"] else made["strategy"]
        ends = [wording.signed(made[key]) for key in ("expected", "low", "high")]
        best = f"{wording.share(made['best'])} {made['best_row']}"
        expected = f"{ends[0]} [{ends[1]}, {ends[2]}]"
        told = [use, expected, wording.share(made["used"]), best, f"{made['cpu_seconds']:.0f}"]
        assert row[1:] == [str(made["draw"]), *told]
