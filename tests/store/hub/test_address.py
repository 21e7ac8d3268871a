"""Addresses of the hub say one thing, and lead nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.errors import UsageError
from relxfer.store.hub.address import Address, is_one, is_plain, of_copy

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    "text",
    ["hf://me/mine", "hf://me/mine@v1.0", f"hf://me/mine@{COMMIT}/a/b.safetensors", "hf://datasets/me/mine/a b.tsv"],
)
def test_an_address_is_shown_as_it_was_written(text):
    assert str(Address.of(text)) == text
    assert Address.of(Path(text)) == Address.of(text), "a path drops a slash"
    assert is_one(text)
    assert is_one(Path(text))


@pytest.mark.parametrize(
    "text",
    ["hf://me", "hf://", "hf://me/../x", "hf://me/mine/../../x", "hf://me/mine@../x", "hf://me/mine/a\\b", "me/mine"],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError, match="expected an address like hf://owner/name@revision/path"):
        Address.of(text)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "a/../b", "C:/x", "a\nb", "."])
def test_paths_that_may_lead_elsewhere_are_not_plain(path):
    assert not is_plain(path)


def test_a_copy_knows_its_address(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path))
    address = Address.of(f"hf://datasets/me/mine@{COMMIT}/a/b.tsv")
    assert address.pinned
    assert of_copy(address.place.resolve() / COMMIT / "a" / "b.tsv") == address
    assert of_copy(address.place.resolve() / "revisions.json") is None
    assert of_copy(tmp_path / "elsewhere.tsv") is None
