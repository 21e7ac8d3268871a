"""Weights by name: a copy at hand, one that torchvision has fetched, or their address."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest
import torch
from relxfer_vision.architectures.resnet import resnet18
from relxfer_vision.weights import published

from relxfer import cli
from relxfer.contract.file import File
from relxfer.data import download, places
from relxfer.errors import ArtefactError, DataError
from relxfer.judge.metrics.classification import Classification
from relxfer.plugins.finder import Plugins

RESNET = ("resnet18", "IMAGENET1K_V1")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No copy at hand, an empty cache, no network."""
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))

    def unreachable(file, path, of):
        raise DataError(f"expected to fetch {file.url} for {of}, got no network")

    monkeypatch.setattr(download, "download", unreachable)


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A file that stands for the published one, and its digest for the published digest."""
    path = tmp_path / "weights.pth"
    answers = {"task": Classification(tuple(map(str, range(1000)))).card()}
    torch.save(resnet18(None, None, answers).network.state_dict(), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    url = f"https://example.org/resnet18-{digest}.pth"
    monkeypatch.setitem(published._URLS, RESNET, url)
    return SimpleNamespace(path=path, file=File(RESNET[1], url, f"sha256:{digest}"))


def put(weights, path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(weights.path.read_bytes())


def in_torch(weights, tmp_path):
    return tmp_path / "torch" / "hub" / "checkpoints" / weights.file.url.rpartition("/")[2]


def test_the_digits_in_the_name_of_a_file_begin_its_digest():
    assert published.file_of(*RESNET).digest == "sha256:f37072fd"
    assert all(published.file_of(*key).digest for key in published._URLS)


def test_every_name_is_offered_by_its_model():
    plugins = Plugins.load(third_party=False)
    offered = {(o.record.name, name) for o in plugins.all("source model") for name in o.record.weights}
    assert set(published._URLS) <= offered


def test_a_copy_at_hand_comes_first(weights, tmp_path):
    home = places.home_of(weights.file)
    put(weights, home)
    put(weights, in_torch(weights, tmp_path))
    assert published.find(*RESNET) == home


def test_the_cache_of_torch_is_looked_into(weights, tmp_path):
    put(weights, in_torch(weights, tmp_path))
    assert published.find(*RESNET) == in_torch(weights, tmp_path)


def test_the_address_comes_last(weights, monkeypatch):
    def fetched(file, path, of):
        path.write_bytes(weights.path.read_bytes())

    monkeypatch.setattr(download, "download", fetched)
    assert published.find(*RESNET) == places.home_of(weights.file)


def test_other_bytes_are_not_used(weights, tmp_path):
    place = in_torch(weights, tmp_path)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"other")
    with pytest.raises(ArtefactError, match=f"tried last: expected {weights.file.digest} for .* got sha256:"):
        published.find(*RESNET)


def test_without_any_three_ways_are_named():
    with pytest.raises(ArtefactError, match=r"Three ways .*checkpoint = .*pip install torchvision.*f37072fd\.pth"):
        published.find(*RESNET)


CONFIG = """
name = "named"
[source]
model = "resnet18"
weights = "IMAGENET1K_V1"
[target]
dataset = "digits-photo"
adapter = { use = "images", size = 16 }
label_budgets = [4, "all"]
[training]
steps = 1
batch_size = 2
[[strategy]]
use = "feature-extraction"
[report]
baselines = false
"""


@pytest.fixture
def run(tmp_path, capsys):
    config = tmp_path / "named.toml"
    config.write_text(CONFIG)

    def run_(*more):
        code = cli.main(["run", str(config), "--out", str(tmp_path / "out"), *more])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_


def test_a_run_without_the_weights_ends_with_2_and_three_ways(run):
    code, _, complaint = run()
    assert code == 2
    assert "source[0].weights: expected the weights IMAGENET1K_V1 of resnet18" in complaint
    assert "Three ways" in complaint


def test_a_run_with_the_weights_at_hand(run, weights, tmp_path):
    put(weights, in_torch(weights, tmp_path))
    code, shown, complaint = run("--section", "data")
    assert code == 0, complaint
    assert "source resnet18 IMAGENET1K_V1" in " ".join(shown.split())


def test_a_file_takes_the_place_of_a_name(run, weights):
    code, shown, complaint = run(
        "--set", f"source.checkpoint={weights.path}", "--set", "source.name=mine", "--section", "data"
    )
    assert code == 0, complaint
    assert str(weights.path) in "".join(shown.split())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("source.weights=IMAGENET1K_V9", "did you mean 'IMAGENET1K_V1'?"),
        ("source.model=lenet", "no published weights of model lenet is called 'IMAGENET1K_V1'"),
        ("source.run=.", "expected weights or run, got both"),
    ],
)
def test_names_are_checked_with_the_rest_of_the_configuration(run, change, complaint):
    code, _, told = run("--set", change)
    assert code == 2
    assert complaint in told
