"""The page on tuning: its example for authors."""

from __future__ import annotations

import re
from pathlib import Path

from relxfer.contract.options import Searched

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tuning.md").read_text(encoding="utf-8")


def test_the_example_for_authors_says_where_an_option_is_searched():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict = {}
    exec(compile(example, "tuning.md", "exec", dont_inherit=True), names)
    assert names["MyOptions"].model_fields["weight"].metadata.count(Searched(factor=10)) == 1
