"""Digests of files, of what a gzip file holds, and beginnings of digests."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from relxfer.contract.file import File
from relxfer.data.digests import digest_of, verify
from relxfer.data.fetch import files_of
from relxfer.errors import DataError

CONTENT = b"a\tr\tb\n" * 20_000


def digest(data: bytes, kind: str = "sha256") -> str:
    return f"{kind}:{hashlib.new(kind, data).hexdigest()}"


def test_md5_is_a_digest_too(server):
    assert files_of(server.dataset(digest=digest(CONTENT, "md5")))
    with pytest.raises(DataError, match=r"expected md5:0{32} for"):
        files_of(server.dataset(digest="md5:" + "0" * 32))


@pytest.mark.parametrize("wrong", ["0" * 64, "sha1:" + "0" * 40, "sha256:" + "0" * 32, "md5:" + "G" * 32])
def test_a_digest_names_its_kind(wrong):
    with pytest.raises(ValueError, match="expected a digest like"):
        File("facts", "https://example.org/f", wrong)


def test_a_gzip_file_is_known_by_what_it_holds(tmp_path):
    """Packed on another day it has other bytes, and the same content."""
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    for path, time in ((first, 1), (second, 2)):
        path.write_bytes(gzip.compress(CONTENT, mtime=time))
    assert digest_of(first) != digest_of(second)
    expected = "gz-" + digest(CONTENT)
    assert digest_of(first, "gz-sha256:") == digest_of(second, "gz-sha256:") == expected
    verify(second, "gz-" + digest(CONTENT, "md5"), "do something")


def test_the_beginning_of_a_digest_is_enough(tmp_path):
    path = tmp_path / "facts.tsv"
    path.write_bytes(CONTENT)
    verify(path, digest(CONTENT)[:15], "do something")
    verify(path, None, "do something")
    with pytest.raises(DataError, match=r"expected sha256:00000000 for .*facts\.tsv, got sha256:.*; do something"):
        verify(path, "sha256:00000000", "do something")


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(CONTENT)[:-9]], ids=["text", "cut"])
def test_a_gzip_file_that_is_not_whole_is_told(tmp_path, content):
    path = tmp_path / "facts.tsv.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"facts\.tsv\.gz.*delete it"):
        digest_of(path, "gz-sha256:")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        digest_of(tmp_path / "none.tsv")
