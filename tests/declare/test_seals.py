"""Seals of configurations in run directories."""

from __future__ import annotations

import os
import stat

import pytest

from relxfer.declare import seals
from relxfer.store.run_directory import MARKER

WORDS = b'name = "mine"\n'


@pytest.fixture
def state(tmp_path, monkeypatch):
    """The folder of this user's key."""
    monkeypatch.setattr(seals, "place", lambda: tmp_path / "state" / "seal.key")
    return tmp_path / "state"


@pytest.fixture
def config(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / MARKER).write_text("{}")
    (run / "config.toml").write_bytes(WORDS)
    return run / "config.toml"


def test_what_was_sealed_is_the_users_own_until_it_is_changed(state, config):
    assert seals.stranger(config)
    assert seals.seal(config, WORDS)
    assert seals.stranger(config) is None
    config.write_bytes(WORDS + b"#")
    assert "was not written there by your relxfer, or was changed since" in seals.stranger(config)


def test_a_configuration_outside_every_run_is_the_users_own(state, tmp_path):
    (tmp_path / "mine.toml").write_bytes(WORDS)
    assert seals.stranger(tmp_path / "mine.toml") is None


def test_the_seal_goes_along_with_the_folder(state, config, tmp_path):
    seals.seal(config, WORDS)
    moved = config.parent.rename(tmp_path / "elsewhere")
    assert seals.stranger(moved / "config.toml") is None


def test_another_users_seal_is_none(state, config):
    seals.seal(config, WORDS)
    (state / "seal.key").write_bytes(b"x" * 32)
    assert seals.stranger(config)


def test_a_link_to_a_run_is_in_that_run(state, config, tmp_path):
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    assert seals.stranger(link)


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_a_key_of_another_length_is_none(state, config, key):
    state.mkdir()
    (state / "seal.key").write_bytes(key)
    assert not seals.seal(config, WORDS)
    assert seals.stranger(config)


def test_where_no_key_can_be_kept_nothing_is_sealed(state, config, monkeypatch):
    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(seals, "_create_key", refuse)
    assert not seals.seal(config, WORDS)
    assert not config.with_name("config.toml.seal").exists()


def test_a_key_is_the_users_alone(state, config):
    seals.seal(config, WORDS)
    assert stat.S_IMODE(os.stat(state / "seal.key").st_mode) == 0o600
