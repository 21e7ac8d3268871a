"""The page on tuning: its example for authors."""

from __future__ import annotations

import json
import re
from pathlib import Path

from relxfer.contract.options import Searched

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "tuning.md").read_text(encoding="utf-8")


def test_the_example_for_authors_says_where_an_option_is_searched():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict = {}
    exec(compile(example, "tuning.md", "exec", dont_inherit=True), names)
    assert names["MyOptions"].model_fields["weight"].metadata.count(Searched(factor=10)) == 1


def test_the_table_is_that_of_the_results():
    results = json.loads((ROOT / "benchmarks" / "results" / "tuned.json").read_text(encoding="utf-8"))["pairs"]
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (`\S+` \(|\| scratch)", line)]
    told = {row[0].split("`")[1]: row for row in rows if row[0].startswith("`")}
    assert list(told) == [pair["pair"] for pair in results]
    for pair in results:
        written, tuned, verdict = (told[pair["pair"]][place] for place in (2, 3, 5))
        made = pair["finetune"]
        assert (written, tuned) == tuple(f"{made[key]:.3f}".removeprefix("0") for key in ("written", "tuned"))
        assert verdict == made["verdict"]
