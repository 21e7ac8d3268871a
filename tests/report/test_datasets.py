"""Data sets in a list and in full, with their files and how they are checked."""

from __future__ import annotations

import json

import pytest

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data.inventory import Copy
from relxfer.plugins.finder import Offer, Plugins
from relxfer.report import datasets

FILES = (
    File("train", "https://example.org/a.tsv", f"sha256:{'0' * 64}", 1_250_000),
    File("test", "https://example.org/b.zip", "md5:" + "0" * 32, None, "b.tsv"),
    File("more", "https://example.org/c.tsv"),
)
RECORD = Dataset(name="mine", load="m:f", content="knowledge-graph", files=FILES, summary="facts", licence="CC0-1.0",
                 counts={"facts": 1200}, leakage={"other": 0.05, "third": 0.5})  # fmt: skip
OFFER = Offer(RECORD, "plugin", "mine-dist", "1.0")


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "root"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)


def test_a_data_set_in_full(shown):
    found = datasets.describe(OFFER)
    assert (found.state, found.checked) == ("to download", "unverified")
    text = shown(datasets.render(found))
    assert "counts: 1,200 facts" in text
    assert "holds: third 50.0%, other 5.0%" in text
    card = found.card()
    json.dumps(card)
    assert [file["checked"] for file in card["files"]] == ["sha256", "weak", "unverified"]
    assert card["counts"] == {"facts": 1200}


def test_lines_of_files_are_for_copying():
    assert datasets.file_lines(datasets.describe(OFFER)) == [
        f"  train: sha256:{'0' * 64}, 1,250,000 bytes",
        "    https://example.org/a.tsv",
        f"  test: md5:{'0' * 32} (weak), member b.tsv",
        "    https://example.org/b.zip",
        "  more: unverified",
        "    https://example.org/c.tsv",
    ]


def test_the_list_says_what_is_at_hand(shown):
    found = {one.name: one for one in datasets.listing(Plugins.load(third_party=False))}
    assert (found["geo-us"].files, found["geo-us"].checked, found["geo-us"].bytes) == ("embedded", None, None)
    assert found["fb15k-237"].files == "to download"
    text = shown(datasets.render_listing([found["geo-us"], found["fb15k-237"]]))
    assert "embedded" in text
    assert "sha256" in text


def test_copies_are_told_with_what_is_wrong():
    copies = [Copy("mine", "/data/a", "verified"), Copy("mine", "/data/b", "damaged", "of another\x1b[31m sha256")]
    assert datasets.copy_lines(copies) == ["verified: mine: /data/a", r"damaged: mine: of another\x1b[31m sha256"]
