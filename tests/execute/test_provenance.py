"""Where and with what a run was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.execute import provenance
from relxfer.store.run_directory import MARKER, Store


@pytest.fixture
def now():
    return provenance.collect(["relxfer", "not-installed"], 2, "cpu")


def test_it_tells_versions_threads_and_device(now):
    assert (now.threads, now.device) == (2, "cpu")
    assert now.versions["not-installed"] is None
    assert now.versions["torch"]
    assert now.versions["relxfer"]


def test_what_was_written_is_read(now, tmp_path):
    store = Store(tmp_path)
    provenance.write(store, now)
    assert provenance.read(store) == now


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": 2, "threads": "two"}'])
def test_a_damaged_record_is_none(tmp_path, text):
    (tmp_path / MARKER).write_text(text)
    assert provenance.read(Store(tmp_path)) is None
    assert provenance.differences(None, provenance.collect([], 1, "cpu")) == ["where it began is not known any more"]


def test_only_what_can_change_bits_is_a_difference(now):
    assert provenance.differences(now, replace(now, command=("other",), platform="other", cpus=99)) == []
    other = replace(now, threads=4, versions={**now.versions, "torch": "0.1", "numpy": "0.1"})
    assert provenance.differences(now, other) == [
        "threads was 2, is now 4",
        f"torch was {now.versions['torch']}, is now 0.1",
    ]
