"""Where the files of data sets lie, by URL."""

from __future__ import annotations

import os

import pytest

from relxfer.contract.file import File
from relxfer.data import places
from relxfer.errors import DataError

URL = "https://example.org/deep/set.tar.gz"
DIGEST = "sha256:" + "0123456789ab" + "0" * 52


def test_a_url_has_one_place_in_the_data_root_and_in_every_mirror(root, tmp_path, monkeypatch):
    mirror = tmp_path / "mirror"
    monkeypatch.setenv("RELXFER_MIRROR", os.pathsep.join([str(mirror), "", str(tmp_path / "none")]))
    file = File("all", URL)
    assert places.home_of(file) == root / "example.org" / "deep" / "set.tar.gz"
    assert places.copies_of(file) == []
    for folder in (mirror, root):
        path = folder / "example.org" / "deep" / "set.tar.gz"
        path.parent.mkdir(parents=True)
        path.touch()
    assert [path.relative_to(tmp_path).parts[0] for path in places.copies_of(file)] == ["root", "mirror"]


def test_without_a_variable_the_data_root_is_the_users_cache(monkeypatch):
    monkeypatch.delenv("RELXFER_DATA")
    assert places.data_root().name == "data"
    assert "relxfer" in places.data_root().parts


def test_another_archive_is_unpacked_into_another_folder(root):
    assert places.unpacked_of(File("a", URL, DIGEST, member="a.txt")).name == "set.tar.gz.0123456789ab"
    assert places.unpacked_of(File("a", URL, member="a.txt")).name == "set.tar.gz.unverified"


def test_a_member_lies_unpacked_else_in_its_archive(root):
    file = File("a", URL, DIGEST, member="a.txt")
    assert places.path_of(file) is None
    archive = places.home_of(file)
    archive.parent.mkdir(parents=True)
    archive.touch()
    assert places.path_of(file) == archive
    member = places.unpacked_of(file) / places.MEMBERS / "a.txt"
    member.parent.mkdir(parents=True)
    member.touch()
    assert places.path_of(file) == member


def test_a_password_in_the_address_is_refused_and_not_shown():
    with pytest.raises(DataError, match="no password") as caught:
        places.place_of("https://me:verysecret@example.org/facts.tsv")
    assert "verysecret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/../../etc/passwd",
        "https://example.org/%2e%2e/passwd",
        "https://example.org/a%2f..%2fb",
        "https://example.org/a%00b",
        "https://example.org/a\\b",
        "https://example.org/",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "facts.tsv",
    ],
)
def test_a_url_without_a_plain_path_is_refused(url):
    with pytest.raises(DataError, match="plain path"):
        places.place_of(url)
