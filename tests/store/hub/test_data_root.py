"""Where downloads are kept."""

from __future__ import annotations

from relxfer.store.hub.data_root import data_root


def test_the_user_may_name_it(monkeypatch, tmp_path):
    monkeypatch.setenv("RELXFER_DATA", str(tmp_path))
    assert data_root() == tmp_path
    monkeypatch.delenv("RELXFER_DATA")
    assert data_root().parts[-2:] == ("relxfer", "data")
