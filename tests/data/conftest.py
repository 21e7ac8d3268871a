"""A data root of its own for each test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path / "root"))
    monkeypatch.delenv("RELXFER_MIRROR", raising=False)
    return tmp_path / "root"


@pytest.fixture
def impatient(monkeypatch):
    """No pause between tries, and half a second for a server to say something."""
    monkeypatch.setattr("relxfer.data.download.PAUSES", (0.0, 0.0))
    monkeypatch.setattr("relxfer.data.download.TIMEOUT", 0.5)
