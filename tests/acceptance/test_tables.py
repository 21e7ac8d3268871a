"""A modality that the engine does not know: every built-in strategy whose needs it meets runs on tables."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from relxfer import hookimpl
from relxfer.contract.records import TargetAdapter, TransferStrategy
from relxfer.errors import ConfigError
from relxfer.plan.grid import strategies_of
from relxfer.plugins.finder import Plugins
from relxfer.testing import harness

HERE = Path(__file__).resolve().parent / "templates" / "tabular"
ABROAD = {"use": "customers", "country": "abroad"}
#: What some strategies must be told.
OPTIONS = {"co-train": {"stage": "grace"}, "ensemble": {"of": "finetune"}}


def fitting() -> list[TransferStrategy]:
    """The strategies whose needs are names of the contract, and no ability of another plugin."""
    records = strategies_of(Plugins.load(third_party=False))
    return [r for r in records if r.role != "prior" and not any("." in need for need in r.needs)]


@pytest.fixture
def tables(monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    importlib.invalidate_caches()
    yield importlib.import_module("tabular")
    for name in ("tabular", "tabular_net"):
        sys.modules.pop(name, None)


def config(*strategies, **target) -> dict:
    return {
        "name": "tables",
        "threads": 1,
        "device": "cpu",
        "source": {"datasets": ["customers"], "training": {"steps": 20, "batch_size": 16, "lr": 0.02}},
        "target": {"dataset": ABROAD, **target},
        "training": {"steps": 3, "batch_size": 16, "validations": 1},
        "strategy": list(strategies),
        "report": {"baselines": False},
    }


def row(record: TransferStrategy) -> dict:
    named = {"use": record.name, **OPTIONS.get(record.name, {})}
    return {"stages": [named, "finetune"]} if record.stage else named


def test_all_fit_but_those_that_need_a_network():
    every = {record.name for record in strategies_of(Plugins.load(third_party=False)) if record.role != "prior"}
    assert every - {record.name for record in fitting()} == {
        "closed-form", "edge-prediction", "fusion", "grade", "graph-autoencoder", "masked-reconstruction", "pairalign",
        "strurw",
    }  # fmt: skip


@pytest.mark.parametrize("record", fitting(), ids=lambda record: record.name)
def test_a_strategy_runs_on_tables(tables, tmp_path, record):
    asked = config(row(record), **({"task": "clustering"} if record.name == "k-means" else {}))
    if not record.seeded:
        asked.pop("training")
    (cell,) = harness.run(asked, tmp_path / "run", [tables]).cells
    assert (cell.status, cell.reason) == ("done", "")
    assert cell.model == "columns"


def test_what_a_table_cannot_do_is_refused_in_words(tables, tmp_path):
    asked = config("zero-shot", {"use": "scratch", "model": "lenet"}, "strurw")
    found = {cell.strategy: cell for cell in harness.run(asked, tmp_path / "run", [tables]).cells}
    assert found["zero-shot"].status == "done"
    assert {found[name].status for name in ("scratch (lenet)", "strurw")} == {"refused"}
    assert "model 'lenet' reads pictures, and the data set 'customers' is table" in found["scratch (lenet)"].reason
    assert "needs social.weights: source model 'columns' does not offer it" in found["strurw"].reason


class Strict:
    """A second adapter of tables, which withholds an ability."""

    @hookimpl
    def relxfer_target_adapters(self):
        withholds = {"views": "a changed row is another customer (use a strategy that needs no views)"}
        made = {"load": "tabular_net:TableAdapter", "options": "tabular:ColumnOptions", "reads": ("table",)}
        return [TargetAdapter(name="strict", **made, withholds=withholds, model="columns")]


def test_rivals_are_refused_until_one_is_named(tables, tmp_path):
    with pytest.raises(ConfigError, match=r"one adapter that reads 'table', got strict, tables; .* adapter = "):
        harness.run(config("finetune"), tmp_path / "run", [tables, Strict()])


def test_rows_differ_in_their_adapter(tables, tmp_path):
    own = {"use": "strict", "missing": -3.0}
    graced = {"stages": ["grace", "finetune"], "adapter": "strict", "name": "graced"}
    asked = config("finetune", {"use": "finetune", "name": "strictly", "adapter": own}, graced, adapter="tables")
    asked["report"] = {}
    results = harness.run(asked, tmp_path / "run", [tables, Strict()])
    found = {cell.strategy: cell for cell in results.cells}
    assert "needs views: adapter 'strict' withholds it: a changed row" in found["graced"].reason
    scratch = "scratch (strict [missing -3.0])"
    assert {name: cell.scratch for name, cell in found.items() if cell.role == "candidate"} == {
        "finetune": "scratch", "strictly": scratch, "graced": "scratch (strict)",
    }  # fmt: skip
    assert found["scratch"].sha != found[scratch].sha, "another number stands for those that are missing"
    assert results.row("strictly").gain.baseline == scratch
    assert results.row("finetune").gain.baseline == "scratch"


def test_a_source_helps_on_tables(tables, tmp_path):
    asked = config("finetune", "scratch")
    asked["source"]["training"]["steps"] = 150
    asked["training"] = {"steps": 5, "batch_size": 16, "validations": 1, "lr": 0.001}
    found = harness.run(asked, tmp_path / "run", [tables])
    tuned, alone = (found.row(name).metrics["accuracy"] for name in ("finetune", "scratch"))
    assert tuned > alone + 0.1
