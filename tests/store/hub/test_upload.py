"""A folder becomes one commit of a repository."""

from __future__ import annotations

import pytest

from relxfer.errors import DataError
from relxfer.store.hub.address import Address
from relxfer.store.hub.upload import upload

pytestmark = [
    pytest.mark.extra,
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),  # huggingface_hub's own, where Xet is off
]
MINE = Address.of("hf://me/mine")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "made" / "models").mkdir(parents=True)
    (tmp_path / "made" / "models" / "0.safetensors").write_bytes(b"weights")
    (tmp_path / "made" / "README.md").write_text("# mine\n")
    return tmp_path / "made"


def test_large_and_small_files_arrive(hub, folder):
    there = upload(folder, MINE, private=True)
    assert there == MINE.at(hub.head("me/mine"))
    assert hub.repos["me/mine"]["main"] == {"models/0.safetensors": b"weights", "README.md": b"# mine\n"}
    assert hub.private["me/mine"]
    assert upload(folder, MINE, private=False).pinned
    assert hub.private["me/mine"], "a repository that is there stays as it is"


def test_who_may_not_write_is_told_so(hub, folder, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(DataError, match=r"Cannot write hf://me/mine: the hub does not accept your login \(HTTP 401\)"):
        upload(folder, MINE, private=True)
