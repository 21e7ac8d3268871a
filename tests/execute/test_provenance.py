"""Where a run was made: written, read again, and compared by what can change bits."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from relxfer.execute import provenance
from relxfer.plugins import revision
from relxfer.store import files
from relxfer.store.run_directory import MARKER, Store


@pytest.fixture
def now():
    return provenance.collect(["relxfer", "nobody-has-this"], 2, "cpu")


def test_what_is_collected(now):
    assert (now.relxfer, now.threads, now.device) == (revision.version(), 2, "cpu")
    assert now.versions["numpy"]
    assert now.versions["nobody-has-this"] is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["run", "my.toml", "--set", "training.steps=3"], ["run", "my.toml", "--set", "training.steps=3"]),
        (["--set", "observer.uri=http://h/?key=1"], ["--set", "observer.uri=***"]),
        (['--set=observer={use = "mlflow", uri = "x"}'], ["--set=observer=***"]),
        (["--set", ' "executor".address = ray://me:pw@head'], ["--set", ' "executor".address =***']),
        (["--set", "observers=1", "executor=x"], ["--set", "observers=1", "executor=x"]),
        (["https://me:p@ss@host/a@b", "me@host"], ["https://***@host/a@b", "me@host"]),
    ],
)
def test_a_command_is_kept_without_secrets(monkeypatch, typed, kept):
    monkeypatch.setattr(sys, "argv", ["relxfer", *typed])
    assert provenance.command() == ("relxfer", *kept)
    assert provenance.collect([], 1, "cpu").command == ("relxfer", *kept)


def test_what_is_written_is_read(now, tmp_path):
    store = Store(tmp_path)
    assert provenance.read(store) is None
    provenance.write(store, now)
    assert provenance.read(store) == now


@pytest.mark.parametrize("made", [{}, {"versions": ["torch"]}, {"versions": {}, "started": 3}])
def test_a_record_of_another_shape_is_none(tmp_path, made):
    files.write_json(tmp_path / MARKER, made)
    assert provenance.read(Store(tmp_path)) is None


def test_differences_are_what_can_change_bits(now):
    assert provenance.differences(None, now) == [
        "its provenance is damaged, so the conditions of its start are unknown"
    ]
    assert provenance.differences(replace(now, command=("other",), started="then"), now) == []
    before = replace(now, threads=1, device="cuda", versions={**now.versions, "torch": "1.0", "numpy": "1.0"})
    assert provenance.differences(before, now) == [
        "threads was 1, is now 2",
        "device was cuda, is now cpu",
        f"torch was 1.0, is now {now.versions['torch']}",
    ]
