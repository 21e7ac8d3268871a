"""Every architecture among the rows has a scratch of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.declare import resolve
from relxfer.declare.saved import resolved_toml

TABLES = {"source": {"datasets": ["geo-world"]}, "target": {"dataset": "geo-us"}}


@pytest.fixture
def rows(plugins):
    def made(*strategies, **tables) -> dict[str, tuple[str, str, str]]:
        experiment = resolve.load({**TABLES, **tables, "strategy": list(strategies)}, plugins)
        return {
            method.name: (method.role, method.model.name if method.model else "", method.scratch)
            for method in experiment.methods
            if method.role != "prior"
        }

    return made


def test_one_architecture_has_one_scratch(rows):
    made = rows("finetune")
    assert made["scratch"] == ("scratch", "", "scratch")
    assert made["finetune"] == ("candidate", "", "scratch")
    assert sum(role == "scratch" for role, *_ in made.values()) == 1


def test_a_row_with_its_own_model_has_its_own_scratch(rows):
    small = {"use": "ultra", "dim": 8}
    made = rows("finetune", {"use": "scratch", "model": small, "name": "small"})
    assert made["small"] == ("scratch", "ultra", "small")
    assert made["finetune"] == ("candidate", "", "scratch")
    assert made["scratch"] == ("scratch", "", "scratch"), "the source's architecture has no scratch but this one"
    blocks = {"source": {"datasets": ["blocks"]}, "target": {"dataset": "blocks"}}
    made = rows("finetune", {"use": "linear", "model": {"use": "gcn", "layers": 3}, "name": "probe"}, **blocks)
    assert made["probe"] == ("candidate", "gcn", "scratch (gcn [layers 3])")
    assert made["scratch (gcn [layers 3])"][:2] == ("scratch", "gcn")


def test_naming_the_architecture_that_there_is_makes_no_other(rows):
    made = rows("finetune", {"use": "scratch", "model": "ultra", "name": "again"})
    assert made["finetune"] == ("candidate", "", "again")
    assert "scratch" not in made


def test_without_a_source_only_what_is_compared_has_a_scratch(rows):
    tables = {"source": [], "target": {"dataset": "blocks"}}
    own = {"use": "scratch", "model": "gat"}, {"use": "linear", "model": "gat"}
    assert [name for name, (role, *_) in rows(*own, **tables).items() if role == "scratch"] == ["scratch (gat)"]
    assert rows(*own, **tables)["linear"] == ("candidate", "gat", "scratch (gat)")


def test_a_declared_baseline_needs_none(rows):
    blocks = {"source": {"datasets": ["blocks"]}, "target": {"dataset": "blocks"}}
    made = rows("finetune", {"use": "linear", "model": "gat", "baseline": True}, **blocks)
    assert [name for name, (role, *_) in made.items() if role == "scratch"] == ["scratch"]


def test_scratch_may_itself_be_the_baseline(rows):
    made = rows("finetune", {"use": "scratch", "baseline": True})
    assert made["scratch"] == ("scratch", "", "scratch")


def test_a_saved_configuration_makes_the_same_rows(plugins, tmp_path: Path):
    blocks = {"source": {"datasets": ["blocks"]}, "target": {"dataset": "blocks"}}
    strategies = ["finetune", {"use": "linear", "model": {"use": "gcn", "layers": 3}, "adapter": "networks"}]
    first = resolve.load({**blocks, "strategy": strategies}, plugins)
    path = tmp_path / "config.toml"
    path.write_text(resolved_toml(first))
    again = resolve.load(path, plugins)
    assert [(m.name, m.role, m.scratch) for m in again.methods] == [(m.name, m.role, m.scratch) for m in first.methods]
