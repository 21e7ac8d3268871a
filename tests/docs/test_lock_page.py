"""The page on locks, command by command, in an empty folder; its table of the file is complete."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

from relxfer import Results
from relxfer.plan.lock import Lock
from relxfer.results.lock_check import LockCheck

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "lock.md").read_text(encoding="utf-8")


def test_the_page_works_when_it_is_pasted(tmp_path):
    ((name, text),) = re.findall(r"^<!-- file: (\S+) -->\n```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / name).write_text(text, encoding="utf-8")
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S) for line in block.splitlines()]
    assert {line.split()[1] for line in lines} == {"lock", "run", "report", "compare"}
    for line in lines:
        command = [sys.executable, "-m", "relxfer", *line.split()[1:]]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=os.environ, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        if "report" in line:
            assert "before the test was opened here" in done.stdout
    first, again = (Results.open(tmp_path / folder) for folder in ("runs/plan", "again"))
    assert first.lock == again.lock
    assert [cell.metrics for cell in first.cells] == [cell.metrics for cell in again.cells]


def test_the_table_has_everything_in_the_file():
    table = PAGE.partition("## What is locked")[2].partition("## What the report says")[0]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE))))
    assert told == {field.name for field in dataclasses.fields(Lock)} | {"sha256"}


def test_the_lines_of_the_report_are_those_it_prints():
    lock = LockCheck(sha256="54c8aaf3e095" + 52 * "0", locked="2026-12-01T10:00:00Z")
    changed = dataclasses.replace(lock, differs=("code of mine (1.0+0123, now 1.0+4567)",))
    for said in (lock.said, changed.said):
        assert f"`{said}`" in PAGE
    more = dataclasses.replace(lock, others=4).said.removeprefix(lock.said)
    assert f"`...{more}`" in PAGE
    assert all(f"`{field.name}`" in PAGE for field in dataclasses.fields(LockCheck))
