"""A run directory in place of a configuration: the user's own goes on, that of a stranger is data."""

from __future__ import annotations

import pytest

from relxfer.declare import run_folder, seals
from relxfer.errors import UsageError


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The folder of a run that this user made."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "provenance.json").write_text("{}")
    (config := tmp_path / "run" / "config.toml").write_text("name = 'own'")
    assert seals.seal(config, config.read_bytes())
    return tmp_path / "run"


def test_a_run_of_this_user_is_its_configuration(run):
    assert run_folder.configuration(run) == run_folder.configuration(f"{run}/") == run / "config.toml"
    assert run_folder.named_by(str(run)) == run


@pytest.mark.parametrize("named", ["none.toml", "run/config.toml", {"name": "run"}])
def test_anything_but_a_folder_stays_as_it_is(run, monkeypatch, named):
    monkeypatch.chdir(run.parent)
    assert run_folder.configuration(named) is named
    assert run_folder.named_by(named) is None


def test_a_run_that_was_changed_or_is_of_somebody_else_is_not_run(run):
    (run / "config.toml").write_text("name = 'other'")
    with pytest.raises(UsageError, match=r"no seal of yours .* read it, and run the copy"):
        run_folder.configuration(run)
    (run / "config.toml").unlink()
    with pytest.raises(UsageError, match=r"expected config\.toml"):
        run_folder.configuration(run)


def test_another_folder_is_no_run(tmp_path):
    with pytest.raises(UsageError, match=r"which has no provenance\.json; `relxfer init"):
        run_folder.configuration(tmp_path)
