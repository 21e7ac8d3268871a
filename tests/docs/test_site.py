"""The site is built without a warning, fetches nothing, and shows every block of code as code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("material", reason="needs the extra docs")
pytest.importorskip("mkdocstrings", reason="needs the extra docs")
pytestmark = pytest.mark.extra

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = re.compile(r"^::: relxfer\.(\w+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, of which every link and anchor was checked."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=550, check=False)
    assert built.returncode == 0, built.stderr
    return out


def test_nothing_is_fetched_from_elsewhere(site):
    fetched = re.compile(r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^\"' >]+")
    found = {tag for page in site.rglob("*.html") for tag in fetched.findall(page.read_text(encoding="utf-8"))}
    assert {tag for tag in found if "rel=canonical" not in tag.replace('"', "")} == set()


def test_no_fence_is_left_in_the_text(site):
    left = [page.name for page in site.rglob("*.html") if "<p>```" in page.read_text(encoding="utf-8")]
    assert left == []


def test_fields_of_a_record_are_a_list(site):
    page = (site / "reference" / "records.html").read_text(encoding="utf-8")
    assert "<li><strong>seeded</strong>: False if the method draws no random numbers" in page
