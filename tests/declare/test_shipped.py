"""Files that come with relxfer are found from anywhere; the user's own come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.declare import shipped


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_shipped_file_is_found_from_anywhere():
    assert shipped.locate(Path("examples/kg_transfer.toml")).is_file()
    assert shipped.place("benchmarks", "suites", "citation.toml").is_file()


def test_ones_own_file_of_that_name_comes_first(tmp_path):
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "kg_transfer.toml").write_text("")
    assert shipped.locate(Path("examples/kg_transfer.toml")) == Path("examples/kg_transfer.toml")


@pytest.mark.parametrize("path", ["none.toml", "examples/none.toml", "/examples/kg_transfer.toml", "a\0b", ""])
def test_what_is_nowhere_stays_as_it_came(path):
    assert shipped.locate(Path(path)) == Path(path)
