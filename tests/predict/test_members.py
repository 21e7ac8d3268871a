"""The models of a run by its cells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.declare import resolve
from relxfer.errors import UnknownName
from relxfer.execute.engine import Engine
from relxfer.predict import members
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness


@pytest.fixture
def engine(results):
    plugins = harness.plugins_with([blobs])
    return Engine(resolve.load(results.folder / "config.toml", plugins), plugins, Store.open(results.folder))


def test_a_cell_is_planned_as_it_was(results, engine):
    plan = {tuple(cell.names.items()): cell for cell in engine.plan() if not cell.refusal}
    for cell in results.cells:
        made = members.planned(engine.experiment, cell)
        assert plan[tuple(made.names.items())] == made


@pytest.mark.parametrize(
    ("field", "told"), [("strategy", "strategy of"), ("source", "source of"), ("target", "target of")]
)
def test_what_the_configuration_has_not_is_told(results, engine, field, told):
    with pytest.raises(UnknownName, match=f"no {told}.*is called 'other'"):
        members.planned(engine.experiment, replace(results.cells[0], **{field: "other"}))


def test_a_model_is_attached_as_it_was_stored(results, engine):
    cell = next(each for each in results.cells if each.strategy == "finetune")
    assert members.stored(engine, cell).sha == cell.sha
    assert members.adapter(engine, cell).name == "blobs"
