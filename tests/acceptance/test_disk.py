"""A disk that is full, or may not be written: told in words, nothing lost, and with space the run ends the same."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from relxfer import hookimpl
from relxfer.testing import harness

resource = pytest.importorskip("resource", reason="needs limits of POSIX")


def limited(size: int) -> None:
    """No file of this process may be larger; writing more is an error, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def bound_by_permissions() -> None:
    """Root gives up its capabilities, so that permissions bind it like anybody else."""
    if os.geteuid() == 0:
        version, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset(version, nothing) == 0


@pytest.fixture
def bound() -> Callable[[], None]:
    if os.geteuid() == 0 and sys.platform != "linux":
        pytest.skip("permissions do not bind root here")
    return bound_by_permissions


@pytest.mark.parametrize("size", [0, 100, 500, 2_000, 4_000])
def test_no_file_may_grow_beyond(small, whole, command_of, tmp_path, size):
    told = command_of(tmp_path / "run", functools.partial(limited, size))
    assert told.code == 1, told
    assert "then run again" in told.words
    assert not list(tmp_path.rglob("*.tmp"))
    assert command_of(tmp_path / "run").code == 0
    assert small.ending(tmp_path / "run") == small.ending(whole)


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A small disk in memory; `resize` it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("this process may not mount a disk in memory")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def resize(disk: Path, kilobytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(disk)], check=True)


def test_a_full_disk(small, whole, command_of, disk):
    """At first nothing fits, then ever more; each time the run goes on from where it was."""
    codes = []
    for kilobytes in range(4, 1024, 24):
        resize(disk, kilobytes)
        told = command_of(disk / "run")
        codes.append(told.code)
        if told.code == 0:
            break
        assert "No space left on device" in told.words
        assert "then run again" in told.words
    assert codes[-1] == 0
    assert len(codes) > 4
    assert small.ending(disk / "run") == small.ending(whole)


@contextmanager
def closed(paths: Iterable[Path], mode: int) -> Iterator[None]:
    """Inside, these have other permissions."""
    before = [(path, path.stat().st_mode) for path in paths]
    assert before
    for path, _ in before:
        path.chmod(mode)
    try:
        yield
    finally:
        for path, old in before:
            path.chmod(old)


def test_a_run_that_may_not_be_written(whole, command_of, tmp_path, bound):
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    with closed([folder, folder / "lock"], 0o555):
        told = command_of(folder, bound)
    assert told.code == 2
    assert "Cannot write in" in told.words
    assert "Choose another --out" in told.words
    assert same_files(folder, whole)


def same_files(folder: Path, other: Path) -> bool:
    return all((folder / p.relative_to(other)).read_bytes() == p.read_bytes() for p in other.rglob("*") if p.is_file())


PARTS = [".", "locks", "sources", "sources/*", "cells/*", "cells/*/*", "evaluations/*"]
MORE = ["locks/*", "sources/*/*", "cells", "evaluations", "*.*"]


@pytest.mark.parametrize("part", [*PARTS, *(pytest.param(part, marks=pytest.mark.slow) for part in MORE)])
@pytest.mark.parametrize(("mode", "begun"), [(0o555, True), (0o000, False)])
def test_a_part_of_a_run_that_may_not_be_used(small, whole, command_of, tmp_path, bound, part, mode, begun):
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    if begun:  # nothing is finished, but there are folders
        for path in folder.glob("*/*/outcome.json"):
            path.unlink()
    before = written(folder)
    with closed([folder] if part == "." else list(folder.glob(part)), mode):
        told = command_of(folder, bound)
    assert told.code in (0, 1, 2)
    assert told.code == 0 or "permission" in told.words.lower()
    assert command_of(folder, bound).code == 0
    assert small.ending(folder) == small.ending(whole)
    assert begun or written(folder) == before, "what was finished is not run again for want of a permission"


def written(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.glob("*/*/outcome.json")}


@pytest.mark.parametrize("point", [1, 4, 7, 10])
def test_permission_lost_in_the_middle(small, whole, command_of, tmp_path, bound, point):
    folder = tmp_path / "run"

    def prepare() -> None:
        harness.installed(Closing(folder, point))
        bound()

    told = command_of(folder, prepare)
    assert told.code == 1
    assert "then run again" in told.words
    for path in folder.rglob("*"):
        path.chmod(0o755)
    assert command_of(folder, bound).code == 0
    assert small.ending(folder) == small.ending(whole)


class Closing:
    """A plugin that takes away every permission to write, at a validation point."""

    __name__ = "closing"
    relxfer_api_version = 2

    def __init__(self, folder: Path, point: int):
        self.folder, self.left = folder, point

    @hookimpl
    def relxfer_epoch_finished(self, step: int) -> None:
        self.left -= 1
        if self.left == 0:
            for path in self.folder.rglob("*"):
                path.chmod(0o555)
