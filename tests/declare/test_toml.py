"""Configurations as files: what Python reads, what it lets pass, and changes to single keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.declare import resolve, toml
from relxfer.errors import ConfigError


def test_a_byte_order_mark_is_no_mistake(plugins, tmp_path, good):
    (tmp_path / "run.toml").write_text(good, encoding="utf-8-sig")
    assert resolve.load(tmp_path / "run.toml", plugins).config.name == "good"


def test_files_that_cannot_be_read(plugins, tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        resolve.load(tmp_path / "none.toml", plugins)
    with pytest.raises(ConfigError, match="cannot be read"):
        toml.read(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        resolve.load(tmp_path / "bytes.toml", plugins)


def test_changes(plugins, tmp_path, good, problems):
    (tmp_path / "run.toml").write_text(good)
    changes = ["training.steps=7", "strategy.0.lr_factor=0.5", 'name="other"', "report.rank_rule=plain"]
    experiment = resolve.load(tmp_path / "run.toml", plugins, changes)
    assert experiment.config.training.steps == 7
    assert experiment.methods[0].stages[0].options.lr_factor == 0.5
    assert (experiment.config.name, experiment.config.report.rank_rule) == ("other", "plain")
    assert "expected key=value" in problems(good, "steps")[0]
    assert "expected an index below 1" in problems(good, "strategy.4.lr_factor=1")[0]
    assert "lies below a plain value" in problems(good, "name.x.y=1")[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("threads = 0x" + "f" * 5000, "threads: expected a number of at most 64 bits"),
        ("threads = 1" + "0" * 5000, "A number of too many digits (at line 1): 'threads = 1000"),
        (".".join("a" * 5000) + " = 1", "Key of more than 100 parts (at line 1): 'a.a.a"),
        ("x = " + "[" * 200 + "]" * 200, "expected at most 32 levels"),
        ("x = " + "[" * 9000, "Nested too deeply (at line 1)"),
        ("x = 1\n\nx = 2", "The key has a value already (at line 3, the end of the file): 'x = 2'"),
        ("[a]\n[a]", "Cannot declare [a] twice (at line 2, column 3): '[a]'"),
    ],
)
def test_what_toml_has_no_room_for(tmp_path, text, told):
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        toml.read(tmp_path / "run.toml")
    assert told in str(caught.value)


def test_a_configuration_that_never_ends(tmp_path):
    (tmp_path / "run.toml").write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(ConfigError, match="expected a configuration of at most 1 MB, got more"):
        toml.read(tmp_path / "run.toml")


def test_tables_in_memory_are_not_changed():
    raw = {"training": {"steps": 3}, "strategy": [{"use": "finetune"}]}
    changed, where, folder = toml.read(raw, ["training.steps=4", "strategy.0.name=mine"])
    assert (changed["training"], changed["strategy"]) == ({"steps": 4}, [{"use": "finetune", "name": "mine"}])
    assert raw == {"training": {"steps": 3}, "strategy": [{"use": "finetune"}]}
    assert (where, folder) == ("(config)", Path.cwd())


def test_a_change_that_is_deeper_than_any_key():
    with pytest.raises(ConfigError, match="expected at most 32 levels"):
        toml.read({}, [".".join("a" * 40) + "=1"])
