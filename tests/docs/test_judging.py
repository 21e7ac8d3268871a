"""The page on judging: its example prints what it shows, and its tables name every option and key."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

from relxfer.cli import judge, parser
from relxfer.results.systems.judgement import Compared, Judgement, System

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "judging.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_shows(tmp_path):
    code = re.search(r"^<!-- file: make_scores.py -->\n```python\n(.*?)^```", PAGE, re.M | re.S)
    shown = re.search(r"^```text\n(.*?)^```", PAGE, re.M | re.S)
    asked = re.search(r"^```sh\nrelxfer (judge small.csv .*)\n```", PAGE, re.M)
    assert code
    assert shown
    assert asked
    (tmp_path / "make_scores.py").write_text(code[1], encoding="utf-8")
    where = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": ""}, "check": True}
    subprocess.run([sys.executable, "make_scores.py"], **where)
    done = subprocess.run([sys.executable, "-m", "relxfer", *asked[1].split()], capture_output=True, text=True, **where)
    assert done.stdout.split() == shown[1].split()


def test_every_option_is_in_the_table():
    (verbs,) = (action for action in parser()._actions if action.choices)
    options = {each for action in verbs.choices[judge.NAME]._actions for each in action.option_strings}
    told = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert options - {"-h", "--help"} == told


def test_every_key_is_in_the_table():
    keys = {field.name for kind in (Judgement, System, Compared) for field in dataclasses.fields(kind)} | {"schema"}
    told = set(re.findall(r"`(\w+)`", PAGE.partition("## JSON")[2]))
    assert keys - told == set()
