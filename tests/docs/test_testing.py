"""The page about tests of plugins: its tests are run, with the plugins of the page about hooks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from relxfer import testing

ROOT = Path(__file__).resolve().parents[2]
PATTERN = re.compile(r"^<!-- file: (\S+) -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files_in(name: str) -> dict[str, str]:
    return dict(PATTERN.findall((ROOT / "docs" / name).read_text(encoding="utf-8")))


def test_every_contract_is_shown():
    shown = "".join(files_in("testing.md").values())
    assert [name for name in testing.__all__ if f"({name})" not in shown] == []


def test_the_tests_of_the_page_pass(tmp_path):
    for name, content in (files_in("hooks.md") | files_in("testing.md")).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    for name in files_in("testing.md"):
        assert (tmp_path / name).is_file()
