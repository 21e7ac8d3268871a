"""What a release is made of: the README away from the repository, the changelog, the citation, the classifiers."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
import types
from pathlib import Path

import pytest

import relxfer

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def loaded(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def build(monkeypatch):
    """`hatch_build.py`, without hatchling, which is there only when something is built."""
    for kind, name in (("builders", "BuildHookInterface"), ("metadata", "MetadataHookInterface")):
        inner = f"hatchling.{kind}.{'hooks.' * (kind == 'builders')}plugin.interface"
        for part in range(len(inner.split("."))):
            place = ".".join(inner.split(".")[: part + 1])
            monkeypatch.setitem(sys.modules, place, types.ModuleType(place))
        setattr(sys.modules[inner], name, object)
    return loaded(ROOT / "hatch_build.py")


@pytest.fixture(scope="module")
def changelog():
    return loaded(ROOT / "scripts" / "changelog.py")


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("repository", [None, "https://example.org/relxfer/"])
def test_no_link_of_the_readme_is_relative_on_the_page_of_an_index(build, repository):
    made = build.away((ROOT / "README.md").read_text(encoding="utf-8"), repository)
    assert [link for link in links(made) if not re.match(r"https?:|#", link)] == []
    assert ("https://example.org/relxfer/blob/HEAD/docs/report.md" in made) is (repository is not None)


def test_pictures_and_code_of_a_readme(build):
    text = "![shot](docs/a.png) [a [b]](c.md#d)\n```\n[x](y)\n```\n"
    assert build.away(text, None) == " a [b] (`c.md`)\n```\n[x](y)\n```\n"
    assert "![shot](https://h/raw/HEAD/docs/a.png) [a [b]](https://h/blob/HEAD/c.md#d)" in build.away(text, "https://h")


def test_every_fragment_is_one_and_stands_in_the_section(changelog):
    found = changelog.fragments(ROOT / "changes")
    made = changelog.section("9.9", "2030-01-01", found)
    assert made.startswith("## 9.9 (2030-01-01)\n")
    assert made.count("\n- ") >= sum(map(len, found.values()))
    wrong = [
        link for link in links(made) if not re.match(r"https?:|#", link) and not (ROOT / link.split("#")[0]).exists()
    ]
    assert wrong == [], "links lead from the changelog"


def test_a_release_takes_the_place_of_what_was_not_released(changelog):
    before = "# Changelog\n\nWords.\n\n## 0.2 (unreleased)\n\nOld.\n\n## 0.1 (2026-01-01)\n\nFirst.\n"
    made = changelog.released(before, "0.2", "## 0.2 (2026-02-02)\n\n- new\n")
    assert made == "# Changelog\n\nWords.\n\n## 0.2 (2026-02-02)\n\n- new\n\n## 0.1 (2026-01-01)\n\nFirst.\n"


@pytest.mark.parametrize("name", ["a.new.md", "a.md", "b.added.md"])
def test_a_file_that_is_no_fragment_is_told(changelog, tmp_path, name):
    (tmp_path / name).write_text("\n")
    with pytest.raises(ValueError, match=r"expected NAME\.KIND\.md with text"):
        changelog.fragments(tmp_path)


def test_the_citation_is_of_this_version():
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.*)$", cited, re.MULTILINE) == [relxfer.__version__]
    assert re.findall(r"^license: (.*)$", cited, re.MULTILINE) == [PROJECT["license"]]


def test_classifiers_begin_with_the_lowest_version_that_is_required():
    versions = [
        c.rpartition(" ")[2] for c in PROJECT["classifiers"] if c.startswith("Programming Language :: Python :: 3.")
    ]
    assert f">={versions[0]}" == PROJECT["requires-python"]
