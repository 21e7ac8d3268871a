"""The page on tuning: its table of options, and its example for authors."""

from __future__ import annotations

import re
from pathlib import Path

from relxfer.choose.tuning.options import TuneOptions, read
from relxfer.contract.options import Searched

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tuning.md").read_text(encoding="utf-8")


def test_every_key_is_told_with_its_default():
    told = dict(re.findall(r"^\| `(\w+)` \| .*? \| `(.*?)` \|", PAGE, re.MULTILINE))
    plain = TuneOptions().model_dump(mode="json")
    assert told == {key: str(value).lower() for key, value in plain.items()}


def test_the_table_of_the_page_is_valid():
    import tomllib

    block = next(block for block in re.findall(r"```toml {.no-check}\n(.*?)```", PAGE, re.DOTALL) if "[tune]" in block)
    made = read(tomllib.loads(block)["tune"], "tuning.md")
    assert (made.trials, made.space["finetune.last_parts"]) == (32, Searched(low=0, high=3))


def test_the_example_for_authors_says_where_an_option_is_searched():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict = {}
    exec(compile(example, "tuning.md", "exec", dont_inherit=True), names)
    assert names["MyOptions"].model_fields["weight"].metadata.count(Searched(factor=10)) == 1
