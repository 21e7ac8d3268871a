"""What lies behind a path, for a fingerprint: content decides, and where it lies does not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated

import pytest

from relxfer.contract.options import PLACE, Options
from relxfer.errors import ArtefactError
from relxfer.store import contents


class Kind(Enum):
    ONE = "one"


class SomeOptions(Options):
    table: Path
    where: Annotated[Path, PLACE] = Path("somewhere")
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Named:
    file: Path
    size: int = 1


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_copy_elsewhere_is_the_same_and_another_content_is_not(tmp_path):
    one, copy, other = (file(tmp_path, f"{name}/t.json", text) for name, text in (("a", "1"), ("b", "1"), ("c", "2")))
    assert contents.of_path(one) == contents.of_path(copy) != contents.of_path(other)
    assert contents.of_path(one.parent) == contents.of_path(copy.parent) != contents.of_path(other.parent)


def test_a_file_that_changes_within_the_tick_of_a_clock_is_read_again(tmp_path):
    path = file(tmp_path, "t.json", "1")
    first, time = contents.of_path(path), path.stat().st_mtime_ns
    path.write_text("2")
    os.utime(path, ns=(time, time))
    assert contents.of_path(path) != first


def test_the_names_in_a_folder_decide(tmp_path):
    file(tmp_path, "a/x", "1")
    file(tmp_path, "b/y", "1")
    assert contents.of_path(tmp_path / "a") != contents.of_path(tmp_path / "b")


def test_nothing_and_devices_have_no_content(tmp_path):
    assert contents.of_path(tmp_path / "none") is None
    os.mkfifo(tmp_path / "pipe")
    assert contents.of_path(tmp_path / "pipe") is None


def test_hidden_files_compiled_code_environments_and_circles_are_left_out(tmp_path):
    for name in (".hidden", "__pycache__/a.pyc", "b.pyc", "env/pyvenv.cfg", "env/c", "deep/d", "tests/e"):
        file(tmp_path, name, "1")
    (tmp_path / "deep" / "up").symlink_to(tmp_path)
    assert list(contents.below(tmp_path)) == ["deep/d", "tests/e"]
    assert list(contents.below(tmp_path, frozenset(["tests"]))) == ["deep/d"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_told(tmp_path):
    path = file(tmp_path, "t.json", "1")
    path.chmod(0)
    with pytest.raises(ArtefactError, match=r"t\.json.*permissions"):
        contents.of_path(path)


def test_a_failing_disk_is_told(tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(5, "Input/output error")

    path = file(tmp_path, "t.json", "1")
    monkeypatch.setattr(contents._read, "__wrapped__", broken)
    with pytest.raises(ArtefactError, match=r"t\.json.*Input/output error"):
        contents.of_path(path)


def test_paths_of_options_are_replaced_by_what_they_hold(tmp_path):
    one, copy = (SomeOptions(table=file(tmp_path, f"{name}/t", "1"), where=Path(name)) for name in "ab")
    digest = contents.of_path(one.table)
    assert contents.of_options(one) == contents.of_options(copy) == {"table": {"content": digest}, "names": []}


def test_every_kind_of_value_becomes_json(tmp_path):
    given = {Kind.ONE: (1, None, True), "named": Named(file(tmp_path, "t", "1")), "set": {"b", "a"}}
    assert contents.of_options(given) == {
        "one": [1, None, True],
        "named": {"file": {"content": contents.of_path(tmp_path / "t")}, "size": 1},
        "set": contents.of_options({"a", "b"}),
    }
    assert sorted(contents.of_options({"b", "a"})) == ["a", "b"]
