"""Reading a file that somebody handed over: no device, and of a gzip file what an honest one holds."""

from __future__ import annotations

import gzip
import os

import pytest

from relxfer.errors import DataError
from relxfer.store import bounded

TEXT = "a\tr\tb\n" * 1000


@pytest.mark.parametrize("name", ["facts.tsv", "facts.tsv.gz", "facts.TSV.GZ"])
def test_a_file_is_read_and_a_packed_one_unpacked(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(TEXT.encode()) if name.lower().endswith(".gz") else TEXT.encode())
    assert bounded.read(path) == TEXT.encode()
    assert bounded.text(path) == TEXT


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes("\ufeffname".encode())
    assert bounded.text(tmp_path / "a.txt") == "name"


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_text_is_read_part_by_part(tmp_path, name):
    data = b"\xef\xbb\xbf" + "Zürich\n".encode() * 100_000
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with bounded.text_stream(tmp_path / name) as stream:
        assert stream.readline() == "Zürich\n".encode()
        assert stream.read() == "Zürich\n".encode() * 99_999


def test_a_null_byte_ends_a_stream(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a\n\0")
    with bounded.text_stream(tmp_path / "a.txt") as stream, pytest.raises(DataError, match=r"a\.txt: .* null byte"):
        stream.read()
    (tmp_path / "b.txt").write_bytes(b"")
    with bounded.text_stream(tmp_path / "b.txt") as stream:
        assert stream.read() == b""


def test_text_in_another_encoding_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes("café".encode("latin-1"))
    with pytest.raises(UnicodeDecodeError):
        bounded.text(tmp_path / "a.txt")


def test_a_null_byte_is_told_with_its_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one\ntwo\nth\0ree\n")
    with pytest.raises(DataError, match=r"a\.txt:3: expected text in UTF-8"):
        bounded.text(tmp_path / "a.txt")


@pytest.mark.parametrize("what", ["folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path, what):
    path = tmp_path / "given"
    path.mkdir() if what == "folder" else os.mkfifo(path)
    for read in (bounded.read, bounded.text):
        with pytest.raises(DataError, match="folder" if what == "folder" else "pipe"):
            read(path)


def test_a_gzip_file_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(bytes(3 * 2**20)))
    assert len(bounded.read(path)) == 3 * 2**20
    monkeypatch.setattr(bounded, "most_unpacked", lambda size: 2**20)
    with pytest.raises(DataError, match="gunzip -k zeros"):
        bounded.read(path)


def test_a_gzip_file_that_is_cut_short_raises_what_the_caller_expects(tmp_path):
    path = tmp_path / "facts.gz"
    path.write_bytes(gzip.compress(os.urandom(1000))[:-9])
    with pytest.raises(bounded.BROKEN):
        bounded.read(path)


@pytest.mark.parametrize(("size", "expected"), [(0, 16 * 2**20), (2**20, 100 * 2**20), (2**40, 4 * 2**30)])
def test_more_bytes_may_unpack_to_more_up_to_a_limit(size, expected):
    assert bounded.most_unpacked(size) == expected
