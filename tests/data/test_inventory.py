"""What is at hand of a data set, without fetching anything."""

from __future__ import annotations

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import inventory, places
from relxfer.data.fetch import files_of


def put(file: File, content: bytes) -> None:
    path = places.home_of(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_the_state_is_told_in_words_and_no_file_is_read(server):
    two = server.dataset("a.tsv", "b.tsv")
    assert inventory.state_of(two) == "to download"
    put(two.files[0], b"damaged")
    assert inventory.state_of(two) == "1 of 2 here"
    put(two.files[1], b"damaged")
    assert inventory.state_of(two) == "here"
    assert inventory.state_of(Dataset(name="d", load="m:f", content="knowledge-graph")) == "embedded"
    assert server.asked == []


def test_a_data_set_is_known_by_the_weakest_of_its_digests():
    files = [
        File("a", "https://example.org/a", "sha256:" + "0" * 64),
        File("b", "https://example.org/b", "md5:" + "0" * 32),
        File("c", "https://example.org/c"),
    ]
    found = [
        inventory.checked_by(Dataset(name="d", load="m:f", content="knowledge-graph", files=tuple(files[:count])))
        for count in range(4)
    ]
    assert found == [None, "sha256", "weak", "unverified"]


def test_an_archive_counts_once_and_an_unknown_size_makes_the_sum_unknown():
    files = [File(m, "https://example.org/a.zip", member=m, size=10) for m in ("x", "y")]
    files += [File("b", "https://example.org/b", size=5), File("c", "https://example.org/c")]
    sizes = [
        inventory.size_of(Dataset(name="d", load="m:f", content="knowledge-graph", files=tuple(files[:count])))
        for count in range(5)
    ]
    assert sizes == [None, 10, 10, 15, None]


def test_every_copy_is_read(server, tmp_path, monkeypatch):
    whole, other = server.dataset("a.tsv"), server.dataset("b.tsv", digest=None)
    files_of(whole)
    mirror = tmp_path / "mirror"
    monkeypatch.setenv("RELXFER_MIRROR", str(mirror))
    copy = mirror / places.place_of(whole.files[0].url)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"damaged")
    found = list(inventory.verify(whole))
    assert [each.state for each in found] == ["verified", "damaged"]
    assert "correct the mirror" in found[1].problem
    assert [each.state for each in inventory.verify(other)] == ["missing"]
    files_of(other)
    assert [each.state for each in inventory.verify(other)] == ["unverified"]
