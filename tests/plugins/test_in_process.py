"""Plugins that are no distribution: objects of this process beside the installed ones."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from relxfer.errors import PluginError
from relxfer.plugins import in_process
from relxfer.testing import blobs, harness


def test_objects_are_loaded_beside_what_is_installed():
    loaded = in_process.load(harness.not_installed([blobs]))
    assert {"blobs-target", "digits"} <= set(loaded.names("dataset"))


def test_one_that_is_broken_is_told():
    broken = SimpleNamespace(relxfer_datasets=list)
    with pytest.raises(PluginError, match="relxfer_datasets lacks the decorator"):
        in_process.load([broken])


def test_without_others_only_those_of_relxfer_are_loaded(monkeypatch):
    monkeypatch.setenv("RELXFER_NO_PLUGINS", "1")
    assert {plugin.distribution for plugin in in_process.load().working} == {"relxfer"}
