"""One URL into one file: whole and verified, or an error that says what to do."""

from __future__ import annotations

import hashlib
import sys

import pytest

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import places
from relxfer.data.download import _check_address, _Trouble
from relxfer.data.fetch import files_of
from relxfer.errors import DataError

CONTENT = b"a\tr\tb\n" * 20_000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


def digest(data: bytes, kind: str = "sha256") -> str:
    return f"{kind}:{hashlib.new(kind, data).hexdigest()}"


def visible(root) -> list[str]:
    """Names of the files that could be taken for data; locks are hidden."""
    return [path.name for path in root.rglob("*") if path.is_file() and not path.name.endswith(".lock")]


@pytest.mark.parametrize("fault", ["truncated", "short", "corrupted", "stalled", "failing", "busy"])
def test_what_may_pass_is_tried_again(root, server, impatient, fault):
    server.script = [fault]
    assert files_of(server.dataset())["good.tsv"].read_bytes() == CONTENT
    assert len(server.asked) == 2
    assert visible(root) == ["good.tsv"]


@pytest.mark.parametrize(
    ("fault", "words", "asked"),
    [
        ("truncated", "broke off", 3),
        ("short", f"{len(CONTENT) - 5:,} bytes with sha256", 3),
        ("corrupted", "instead of sha256", 3),
        ("stalled", "stalled", 3),
        ("failing", "HTTP 500", 3),
        ("absent", "HTTP 404", 1),
        ("circle", "redirects in circles", 31),
        ("senseless", "ValueError", 1),
    ],
)
def test_what_does_not_pass_is_told_and_nothing_is_kept(root, server, impatient, fault, words, asked):
    server.script = [fault] * 3
    with pytest.raises(DataError, match=words) as caught:
        files_of(server.dataset())
    home = places.home_of(server.dataset().files[0])
    message = str(caught.value)
    assert server.url() in message
    assert "RELXFER_MIRROR" in message
    assert f"put the file at {home}" in message
    assert ("try again later" in message) == (asked == 3)
    assert len(server.asked) == asked
    assert visible(root) == []


def test_a_redirect_is_followed(root, server):
    server.script = ["moved"]
    assert files_of(server.dataset())["good.tsv"].read_bytes() == CONTENT
    assert server.asked == ["/good.tsv", "/elsewhere.tsv"]


@pytest.mark.parametrize(
    "away", ["http://example.org/a.tsv", "file:///etc/passwd", "ftp://example.org/a.tsv", "//example.org/a.tsv"]
)
def test_a_redirect_to_what_is_not_https_is_refused(root, server, impatient, away):
    server.script, server.away = ["away"], away
    with pytest.raises(DataError, match="where https is needed"):
        files_of(server.dataset(digest=digest(CONTENT, "md5")))
    assert len(server.asked) == 1
    assert visible(root) == []


@pytest.mark.parametrize("known", [None, digest(CONTENT, "md5"), digest(CONTENT)[:15], "gz-" + digest(CONTENT, "md5")])
def test_http_is_refused_where_the_bytes_are_not_known_by_sha256(root, known):
    file = File("facts", "http://example.org/facts.tsv", known)
    with pytest.raises(DataError, match="where https is needed, or a sha256 in a card"):
        files_of(Dataset(name="d", load="m:f", content="knowledge-graph", files=(file,)))
    assert visible(root) == []


def test_the_same_redirect_from_https_to_http_is_refused_with_any_digest():
    file = File("facts", "https://example.org/facts.tsv", digest(CONTENT))
    for away in ("http://example.org/facts.tsv", "http://127.0.0.1/facts.tsv"):
        with pytest.raises(_Trouble, match="where https is needed"):
            _check_address(away, file)
    _check_address("http://example.org/other.tsv", File("facts", "http://example.org/facts.tsv", digest(CONTENT)))


@pytest.mark.parametrize("size", [len(CONTENT), 0])
def test_a_transfer_that_brings_far_more_than_the_card_says_is_stopped(root, server, impatient, size):
    server.script = ["endless"]
    with pytest.raises(DataError, match="more bytes than the card says"):
        files_of(server.dataset(size=size))
    assert len(server.asked) == 1
    assert visible(root) == []


@pytest.mark.parametrize("fault", ["absent", "stalled"])
def test_a_key_in_the_address_is_not_shown(root, server, impatient, fault):
    server.script = [fault] * 3
    file = File("facts", server.url("facts.tsv?token=verysecret"), DIGEST)
    with pytest.raises(DataError) as caught:
        files_of(Dataset(name="d", load="m:f", content="knowledge-graph", files=(file,)))
    assert "verysecret" not in str(caught.value)
    assert "facts.tsv?..." in str(caught.value)


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_shows_on_a_terminal_only(server, monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setenv("TERM", "xterm")
    files_of(server.dataset())
    shown = capsys.readouterr()
    assert ("good.tsv" in shown.err) == terminal
    assert shown.out == ""


def test_nobody_listens(impatient):
    file = File("facts", "http://127.0.0.1:9/facts.tsv", digest(CONTENT))
    with pytest.raises(DataError, match="a connection that failed"):
        files_of(Dataset(name="d", load="m:f", content="knowledge-graph", files=(file,)))


def test_without_a_digest_any_content_is_taken(server):
    server.script = ["corrupted"]
    assert files_of(server.dataset(digest=None))["good.tsv"].read_bytes() == b"x" + CONTENT[1:]


def test_a_disk_that_takes_nothing_is_told(root, server, monkeypatch):
    from relxfer.data import download

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download.os, "replace", full)
    with pytest.raises(DataError, match="No space left on device") as caught:
        files_of(server.dataset())
    assert "RELXFER_DATA" in str(caught.value)
    assert visible(root) == []
