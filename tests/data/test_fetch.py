"""Files come from the data root, a mirror or their URL, and are what their card says, or an error."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import threading

import pytest

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import fetch, places
from relxfer.data.fetch import files_of
from relxfer.errors import DataError

CONTENT = b"a\tr\tb\n" * 20_000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"

FETCH = """
import sys
from relxfer.data.fetch import files_of
from relxfer.contract.file import File
from relxfer.contract.records import Dataset
file = File("facts", sys.argv[1], sys.argv[2])
print(files_of(Dataset(name="d", load="m:f", content="knowledge-graph", files=(file,)))["facts"])
"""


def in_process(server) -> subprocess.Popen:
    command = [sys.executable, "-c", FETCH, server.url(), server.dataset().files[0].digest]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def digest(data: bytes, kind: str = "sha256") -> str:
    return f"{kind}:{hashlib.new(kind, data).hexdigest()}"


def visible(root) -> list[str]:
    """Names of the files that could be taken for data; locks are hidden."""
    return [path.name for path in root.rglob("*") if path.is_file() and not path.name.endswith(".lock")]


# ------------------------------------------------------------------ from the URL


def test_downloaded_once_and_verified(root, server):
    path = files_of(server.dataset())["good.tsv"]
    assert path.read_bytes() == CONTENT
    assert root in path.parents
    assert files_of(server.dataset()) == {"good.tsv": path}
    assert server.asked == ["/good.tsv"]
    assert visible(root) == ["good.tsv"]


# ------------------------------------------------------------------ at hand


def test_a_damaged_file_in_the_data_root_is_named_and_not_replaced(root, server):
    path = files_of(server.dataset())["good.tsv"]
    path.write_bytes(b"x")
    with pytest.raises(DataError, match="delete it, and the next use downloads it again") as caught:
        files_of(server.dataset())
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"x"
    path.unlink()
    assert files_of(server.dataset())["good.tsv"].read_bytes() == CONTENT


def test_mirrors_are_used_in_order_verified_and_never_written(root, tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"
    path = second / "example.org" / "deep" / "facts one.tsv"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    monkeypatch.setenv("RELXFER_MIRROR", os.pathsep.join([str(first), str(second), ""]))
    file = File("facts", "https://example.org/deep/facts%20one.tsv", digest(CONTENT))
    dataset = Dataset(name="d", load="m:f", content="knowledge-graph", files=(file,))
    assert files_of(dataset) == {"facts": path}
    path.write_bytes(b"x")
    with pytest.raises(DataError, match="correct the mirror, or remove it from RELXFER_MIRROR"):
        files_of(dataset)
    assert not first.exists()
    assert not root.exists()
    assert [p for p in second.rglob("*") if p.is_file()] == [path]


def test_a_data_root_that_cannot_be_written(root, server):
    root.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="set RELXFER_DATA to another folder"):
        files_of(server.dataset())


# ------------------------------------------------------------------ several processes, and killed ones


def test_several_processes_fetch_a_file_once(root, server):
    server.script = ["slow"]
    processes = [in_process(server) for _ in range(4)]
    done = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, done
    assert len({out for out, _ in done}) == 1
    assert server.asked == ["/good.tsv"]


def test_several_threads_fetch_a_file_once(root, server):
    server.script = ["slow"]
    found = []
    threads = [threading.Thread(target=lambda: found.append(files_of(server.dataset()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4
    assert server.asked == ["/good.tsv"]


def test_a_killed_download_starts_anew(root, server):
    server.script = ["stalled"]
    process = in_process(server)
    assert server.pausing.wait(30)
    process.kill()
    process.communicate()
    home = places.home_of(server.dataset().files[0])
    assert not home.exists()
    assert files_of(server.dataset())["good.tsv"].read_bytes() == CONTENT
    assert visible(root) == ["good.tsv"]


# ------------------------------------------------------------------ archives


@pytest.fixture
def archived(root, server):
    """A data set of two members of an archive that lies in the data root."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name in ("train.txt", "deep/test.txt", "other.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(CONTENT)
            archive.addfile(info, io.BytesIO(CONTENT))
    data = stream.getvalue()
    url = server.url("set.tar.gz")
    files = tuple(File(m, url, digest(data), member=m) for m in ("train.txt", "deep/test.txt"))
    places.home_of(files[0]).parent.mkdir(parents=True)
    places.home_of(files[0]).write_bytes(data)
    return Dataset(name="d", load="m:f", content="knowledge-graph", files=files)


def test_members_are_unpacked_once(archived, server):
    found = files_of(archived)
    assert [path.read_bytes() for path in found.values()] == [CONTENT, CONTENT]
    before = {path: path.stat().st_mtime_ns for path in found.values()}
    places.home_of(archived.files[0]).unlink()
    assert files_of(archived) == found
    assert {path: path.stat().st_mtime_ns for path in found.values()} == before
    assert server.asked == []


def test_a_damaged_member_is_named(archived):
    path = files_of(archived)["deep/test.txt"]
    path.write_bytes(b"x")
    with pytest.raises(DataError, match="the next use unpacks the archive again") as caught:
        files_of(archived)
    assert str(path) in str(caught.value)


def test_a_folder_of_members(archived):
    file = archived.files[0]
    folder = File("all", file.url, file.digest, member="deep/")
    path = fetch.path_of(folder, "data set 'd'")
    assert [child.name for child in path.iterdir()] == ["test.txt"]
    (path / "test.txt").write_text("changed")
    with pytest.raises(DataError, match="the next use unpacks the archive again"):
        fetch.path_of(folder, "data set 'd'")


def test_a_member_that_is_not_there(archived):
    (file, _) = archived.files
    wrong = Dataset(name="d", load="m:f", content="graph", files=(File("t", file.url, file.digest, member="test.txt"),))
    with pytest.raises(DataError, match=r"expected a member 'test\.txt' in .*, got: deep/test\.txt, other"):
        files_of(wrong)


def test_unpacking_that_was_killed_starts_anew(archived):
    folder = places.unpacked_of(archived.files[0])
    (folder / places.MEMBERS).mkdir(parents=True)
    (folder / places.MEMBERS / "train.txt").write_bytes(b"half")
    assert files_of(archived)["train.txt"].read_bytes() == CONTENT


def test_a_damaged_archive_is_not_unpacked(archived):
    places.home_of(archived.files[0]).write_bytes(b"x")
    with pytest.raises(DataError, match="delete it"):
        files_of(archived)
    assert not places.unpacked_of(archived.files[0]).exists()
