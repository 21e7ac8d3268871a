"""Options of networks of libraries: the version of the library, and what only the user may say."""

from __future__ import annotations

import importlib.metadata

import pytest
from pydantic import ValidationError
from relxfer_vision.libraries.options import HuggingFaceOptions, TimmOptions, TorchvisionOptions


def test_the_version_of_the_library_is_filled_in(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.metadata, "version", {"timm": "1.0.9"}.__getitem__)
    read = {"context": {"folder": tmp_path}}
    assert TimmOptions.model_validate({"name": "a"}, **read).code == "timm 1.0.9"
    assert TimmOptions.model_validate({"name": "a", "code": "timm 1.0.9"}, **read).code == "timm 1.0.9"
    with pytest.raises(ValidationError, match=r"expected timm 0\.9, for which this was written, got 'timm 1\.0\.9'"):
        TimmOptions.model_validate({"name": "a", "code": "timm 0.9"}, **read)


def test_without_the_library_options_are_read_all_the_same(monkeypatch, tmp_path):
    def version(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert TimmOptions.model_validate({"name": "a"}, context={"folder": tmp_path}).code is None


@pytest.mark.parametrize("options", [TimmOptions, TorchvisionOptions, HuggingFaceOptions])
def test_a_stranger_cannot_name_a_network(options):
    """A name on the Hub is an address, from which a library would read."""
    with pytest.raises(ValidationError, match="expected plain values, got 'a/b', in a card"):
        options.model_validate({"name": "a/b"}, context={"stranger": "in a card"})
