"""Files come from the data root, a mirror or their URL, and are what their card says, or an error."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading

import pytest

from relxfer.data.fetch import files_of
from relxfer.errors import DataError
from relxfer.records import Dataset, File

CONTENT = b"a\tr\tb\n"
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


def dataset(url: str, digest: str | None = DIGEST) -> Dataset:
    return Dataset(name="d", load="m:f", adapter="kg", files=(File("facts", url, digest),))


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "root"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)
    return tmp_path / "root"


@pytest.fixture
def server(tmp_path):
    """A local server over a folder with one good and one wrong file."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "good.tsv").write_bytes(CONTENT)
    (folder / "wrong.tsv").write_bytes(CONTENT[:-3])

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_downloaded_once_and_verified(root, server):
    path = files_of(dataset(f"{server}/good.tsv"))["facts"]
    assert path.read_bytes() == CONTENT
    assert root in path.parents
    before = path.stat().st_mtime_ns
    assert files_of(dataset(f"{server}/good.tsv"))["facts"].stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["wrong.tsv", "absent.tsv"])
def test_what_does_not_verify_is_not_kept(root, server, name):
    with pytest.raises(DataError, match="expected to fetch"):
        files_of(dataset(f"{server}/{name}"))
    assert not list(root.rglob("*.tsv"))


def test_the_mirror_is_used_and_verified_too(root, tmp_path, monkeypatch):
    mirror = tmp_path / "mirror" / "example.org" / "deep"
    mirror.mkdir(parents=True)
    (mirror / "facts one.tsv").write_bytes(CONTENT)
    monkeypatch.setenv("RELXFER_MIRROR", str(tmp_path / "mirror"))
    url = "https://example.org/deep/facts%20one.tsv"
    assert files_of(dataset(url))["facts"] == mirror / "facts one.tsv"
    (mirror / "facts one.tsv").write_bytes(b"x")
    with pytest.raises(DataError, match="delete the file and try again"):
        files_of(dataset(url))


def test_a_path_that_climbs_is_refused(root):
    with pytest.raises(DataError, match="plain path"):
        files_of(dataset("https://example.org/../../etc/passwd"))
