"""Listings tell which files are meant, and whether a copy is the right one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from relxfer.errors import DataError
from relxfer.store.hub import listing
from relxfer.store.hub.address import Address
from relxfer.store.hub.listing import Known

MINE = Address.of("hf://me/mine")


def told(name, **changes):
    return SimpleNamespace(
        siblings=[SimpleNamespace(**{"rfilename": name, "size": 1, "blob_id": "0" * 40, "lfs": None, **changes})]
    )


@pytest.mark.parametrize(
    ("name", "changes"), [("../x", {}), ("/x", {}), ("x", {"size": None}), ("x", {"blob_id": None})]
)
def test_what_the_hub_tells_is_not_trusted(name, changes):
    with pytest.raises(DataError, match="no plain name, size and digest"):
        listing.of_info(told(name, **changes), MINE)


def test_a_copy_is_compared_with_size_and_digest(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"hello\n")
    own = "git:ce013625030ba8dba906f756967f9e9ca394464a"  # of `git hash-object`
    assert Known(6, own).fits(path)
    assert not Known(5, own).fits(path)
    assert not Known(6, "sha256:" + "0" * 64).fits(path)
    assert not Known(6, own).fits(tmp_path / "none")


def test_pickles_are_left_out_unless_a_checkpoint_is_named():
    files = dict.fromkeys(["a.json", "b.pth", "c.pkl"], Known(1, "git:0"))
    assert list(listing.wanted(files, MINE)) == ["a.json"]
    assert list(listing.wanted(files, Address.of("hf://me/mine/b.pth"))) == ["b.pth"]
    with pytest.raises(DataError, match="a pickle or a program"):
        listing.wanted(files, Address.of("hf://me/mine/c.pkl"))
    with pytest.raises(DataError, match="pickles and programs alone"):
        listing.wanted({"b.pth": Known(1, "git:0")}, MINE)


def test_there_is_a_limit(monkeypatch):
    with pytest.raises(DataError, match=r"2 files of 64\.0 GiB, where 10,000 and 64 GiB are the most"):
        listing.wanted({"a": Known(2**36, "git:0"), "b": Known(1, "git:0")}, MINE)


def test_it_is_kept(tmp_path):
    files = {"a": Known(1, "git:0")}
    assert listing.kept(tmp_path / "l.json") is None
    listing.keep(tmp_path / "l.json", files)
    assert listing.kept(tmp_path / "l.json") == files
