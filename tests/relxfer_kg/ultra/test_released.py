"""Weights of ULTRA by name: a copy in the data root or a mirror, or their public address."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest
import torch
from relxfer_kg.ultra import kg_base, released
from relxfer_kg.ultra.network import Ultra

import relxfer
from relxfer.contract.file import File
from relxfer.data import download, places
from relxfer.errors import ArtefactError, DataError
from relxfer.plugins.finder import Plugins


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No copy at hand, no network."""
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)

    def unreachable(file, path, of):
        raise DataError(f"expected to fetch {file.url} for {of}, got no network")

    monkeypatch.setattr(download, "download", unreachable)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A small network that stands for the released one, with an optimiser beside it, and its digest for the released
    digest."""
    path = tmp_path / "made.pth"
    network = Ultra(dim=4, relation_layers=2, entity_layers=2)
    torch.save({"model": network.state_dict(), "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}}, path)
    url = "https://example.org/ultra_50g.pth"
    made = File("ultra-50g", url, f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}")
    monkeypatch.setitem(released._FILES, "ultra-50g", made)
    return SimpleNamespace(path=path, file=made)


def put(file, path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(file.path.read_bytes())


def test_all_names_of_the_offer_are_found_or_have_an_address():
    names = set(Plugins.load().find("source model", "ultra").record.weights) - kg_base.FILES.keys()
    assert names == set(released._FILES)
    assert {each.checked for each in released._FILES.values()} == {"sha256"}
    assert all(released.find("ultra", name).is_file() for name in kg_base.FILES)


def test_a_copy_in_the_data_root_is_a_source(file, tmp_path):
    put(file, places.home_of(file.file))
    config = {
        "seeds": 1,
        "source": {"model": "ultra", "weights": "ultra-50g"},
        "target": {"dataset": "geo-us", "label_budgets": [0]},
        "strategy": [{"use": "zero-shot"}],
        "report": {"baselines": False},
    }
    results = relxfer.run(config, tmp_path / "run", progress=False)
    assert [(cell.status, cell.source) for cell in results.cells] == [("done", "ultra ultra-50g")]


def test_a_changed_copy_is_refused(file):
    put(file, places.home_of(file.file))
    with places.home_of(file.file).open("ab") as opened:
        opened.write(b"more")
    with pytest.raises(ArtefactError, match="sha256"):
        released.find("ultra", "ultra-50g")


def test_without_network_it_says_where_to_get_it_and_where_to_put_it():
    with pytest.raises(ArtefactError) as caught:
        released.find("ultra", "ultra-3g")
    told = str(caught.value)
    assert "checkpoint = " in told
    assert released._FILES["ultra-3g"].url in told
    assert str(places.home_of(released._FILES["ultra-3g"])) in told
