"""An offer that raises, ends the program or returns something else spoils its own cells, and nothing beside them."""

from __future__ import annotations

import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

import relxfer
from relxfer import hookimpl
from relxfer.contract.options import Options
from relxfer.contract.records import Executor, TransferStrategy
from relxfer.errors import PluginError
from relxfer.plugins.finder import Plugins
from relxfer.report import offers
from relxfer.testing import blobs, blobs_net, harness


def plugin(name: str, **members) -> types.ModuleType:
    """A module with these members, as a plugin of this process."""
    made = types.ModuleType(name)
    vars(made).update(members)
    return made


def offering(name: str, load: str, **fields) -> types.ModuleType:
    @hookimpl
    def relxfer_transfer_strategies():
        return [TransferStrategy(name=name, load=load, needs=("target-labels",), **fields)]

    return plugin(name.replace("-", "_"), relxfer_transfer_strategies=relxfer_transfer_strategies)


def config(*strategies: str) -> dict:
    return {
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": "blobs-target"},
        "training": {"steps": 4, "batch_size": 8, "validations": 2},
        "strategy": [{"use": name} for name in strategies],
        "report": {"baselines": False},
    }


class NoOptions:
    """Names no `relxfer.contract.options.Options`."""


class LooseOptions(BaseModel):
    """Lets unknown keys pass."""


@pytest.mark.parametrize("options", ["NoOptions", "LooseOptions"])
def test_options_that_are_none_of_ours_harm_their_own_offer_alone(tmp_path, options):
    mine = offering("my-options", f"{__name__}:RaisesInTheMiddle", options=f"{__name__}:{options}")
    plugins = Plugins.load(third_party=False)
    plugins.register(mine, "mine")
    listed = {offer.name: offer for plugin in offers.listing(plugins).plugins for offer in plugin.offers}
    expected = "expected the options of the strategy 'my-options' as a subclass of relxfer.contract.options.Options"
    assert expected in listed["my-options"].problem
    assert listed["finetune"].options
    with pytest.raises(PluginError, match=expected):
        relxfer.run(config("my-options"), tmp_path, plugins=[blobs, mine])


class HiddenOptions(Options):
    """A key that a row of the report has itself."""

    baseline: int = 1


def test_options_that_the_table_would_hide_are_refused(tmp_path):
    mine = offering("hidden", f"{__name__}:RaisesInTheMiddle", options=f"{__name__}:HiddenOptions")
    with pytest.raises(PluginError, match="'hidden' whose names are not keys of its table, got baseline"):
        relxfer.run(config("hidden"), tmp_path, plugins=[blobs, mine])


class RaisesInTheMiddle:
    """A strategy of a plugin that fails while it trains."""

    def __init__(self, options):
        self.options = options

    def transfer(self, cell):
        def loss(step, batch):
            if step.index == 2:
                raise ZeroDivisionError("in the middle")
            return cell.learner.loss(batch)

        cell.trainer.fit(cell.learner, loss, cell.target.train)


class EndsTheProgram(RaisesInTheMiddle):
    def transfer(self, cell):
        raise SystemExit(0)


def test_a_strategy_that_raises_fails_its_own_cells(tmp_path):
    mine = offering("my-failing", f"{__name__}:RaisesInTheMiddle")
    results = relxfer.run(config("my-failing", "scratch"), tmp_path, plugins=[blobs, mine])
    failing, scratch = results.cells
    line = next(n for n, text in enumerate(Path(__file__).read_text().splitlines(), 1) if "raise ZeroDiv" in text)
    place = f"(tests/acceptance/test_broken_offers.py:{line})"
    assert (failing.status, failing.reason) == ("failed", f"ZeroDivisionError: in the middle {place}")
    assert failing.traceback.endswith("ZeroDivisionError: in the middle\n")
    written = results.store.cell(failing.id).failure.read_text()
    assert written.startswith(failing.reason)
    assert 'raise ZeroDivisionError("in the middle")' in written
    assert scratch.status == "done"
    assert [row.strategy for row in results.rows] == ["my-failing", "scratch"]


class ReturnsTheModule(RaisesInTheMiddle):
    def transfer(self, cell):
        return cell.learner.module


class ForgetsToReturn(RaisesInTheMiddle):
    def transfer(self, cell):
        cell.trainer.fit(cell.learner, lambda step, batch: cell.learner.loss(batch), cell.target.train)


@pytest.mark.parametrize(("strategy", "got"), [("ReturnsTheModule", "ModuleDict"), ("ForgetsToReturn", "None")])
def test_a_strategy_that_returns_no_learner_is_told_so(tmp_path, strategy, got):
    mine = offering("my-return", f"{__name__}:{strategy}")
    cell = relxfer.run(config("my-return"), tmp_path, plugins=[blobs, mine]).cells[0]
    assert cell.status == "failed"
    assert f"expected transfer of the strategy 'my-return' to return a learner, got {got}" in cell.reason


def test_a_strategy_that_cannot_be_imported_fails_its_own_cells(tmp_path):
    mine = offering("my-missing", "a_module_that_nobody_has:Strategy")
    results = relxfer.run(config("my-missing", "scratch"), tmp_path, plugins=[blobs, mine])
    missing, scratch = results.cells
    assert missing.status == "failed"
    assert "a_module_that_nobody_has:Strategy" in missing.reason
    assert scratch.status == "done"


def test_a_strategy_that_ends_the_program_fails_its_own_cells(tmp_path):
    mine = offering("my-ending", f"{__name__}:EndsTheProgram")
    results = relxfer.run(config("my-ending", "scratch"), tmp_path, plugins=[blobs, mine])
    assert [cell.status for cell in results.cells] == ["failed", "done"]


# ------------------------------------------------------------------ adapters


class RaisesWhenAsked(blobs_net.BlobsAdapter):
    """An adapter that attaches models, and cannot say anything about its data."""

    def audit(self, domain):
        raise LookupError("no leaks to count")

    def relate(self, sources, target):
        raise LookupError("nothing in common")


def test_an_adapter_that_cannot_tell_of_its_data_loses_no_cell(tmp_path):
    adapters, mine = blobs.relxfer_target_adapters(), types.ModuleType("mine")
    load = f"{__name__}:RaisesWhenAsked"
    mine.relxfer_target_adapters = hookimpl(lambda: [replace(adapters[0], load=load, replaces=adapters[0].name)])
    given = config("scratch") | {"source": {"datasets": ["blobs-source"], "training": {"steps": 2}}}
    results = relxfer.run(given, tmp_path, plugins=[blobs, mine])
    assert [cell.status for cell in results.cells] == ["done"]
    notes = results.targets["blobs-target"].notes
    assert "audit of adapter 'blobs' raised LookupError: no leaks to count" in notes
    assert "relate of adapter 'blobs' raised LookupError: nothing in common" in notes


# ------------------------------------------------------------------ executors


class OneThenLost:
    """Runs the first job and loses the others."""

    width = 1

    def __init__(self, options):
        pass

    def run(self, work, jobs):
        job = next(jobs)
        yield job, work(job)


class OneThenRaises(OneThenLost):
    def run(self, work, jobs):
        yield from super().run(work, jobs)
        raise LookupError("the cluster is gone")


@pytest.mark.parametrize(
    ("executor", "got"),
    [("OneThenLost", "got none for 1 of 2"), ("OneThenRaises", "got LookupError: the cluster is gone")],
)
def test_an_executor_that_fails_is_named_and_what_is_done_is_kept(tmp_path, executor, got):
    mine = types.ModuleType("mine")
    mine.relxfer_executors = hookimpl(lambda: [Executor(name="mine", load=f"{__name__}:{executor}")])
    given = config("scratch") | {"seeds": 2}
    with pytest.raises(PluginError, match=rf"expected the executor 'mine' to yield .*{got}.*finished cells are kept"):
        relxfer.run(given | {"executor": "mine"}, tmp_path, plugins=[blobs, mine])
    observer = harness.Observer()
    relxfer.run(given, tmp_path, plugins=[blobs, observer])
    assert observer.cells == 1, "the other was done before"


class NoWidth:
    def __init__(self, options):
        pass

    def run(self, work, jobs):
        raise AssertionError("never asked")


class NoNumber(NoWidth):
    width = "two"


@pytest.mark.parametrize(("executor", "got"), [("NoWidth", "width None"), ("NoNumber", "width 'two'")])
def test_an_executor_tells_how_many_jobs_it_runs(tmp_path, executor, got):
    mine = types.ModuleType("mine")
    mine.relxfer_executors = hookimpl(lambda: [Executor(name="mine", load=f"{__name__}:{executor}")])
    with pytest.raises(PluginError, match=f"'mine' to have .* got {executor} with {got}"):
        relxfer.run(config("scratch") | {"executor": "mine"}, tmp_path, plugins=[blobs, mine])


# ------------------------------------------------------------------ observers


class Observer:
    """Counts its calls and raises at every one."""

    def __init__(self):
        self.calls = 0

    @hookimpl
    def relxfer_epoch_finished(self, step):
        self.calls += 1
        raise LookupError("blind")

    @hookimpl
    def relxfer_run_finished(self, results):
        self.calls += 1


def test_an_observer_that_raises_is_reported_once_and_dropped(tmp_path):
    first, second = Observer(), []

    @hookimpl
    def relxfer_epoch_finished(step):
        second.append(step)

    watching = plugin("watch", relxfer_epoch_finished=relxfer_epoch_finished)
    message = "relxfer_epoch_finished of plugin 'Observer' raised LookupError: blind"
    with pytest.warns(RuntimeWarning, match=message) as said:
        results = relxfer.run(config("scratch"), tmp_path, plugins=[blobs, first, watching])
    assert len(said) == 1
    assert first.calls == 1, "it is not called again in this run, by any hook"
    assert second == [0, 2, 4], "another observer hears everything"
    assert results.cells[0].status == "done"


# ------------------------------------------------------------------ report sections


class RaisesWhenPrinted:
    def __rich_console__(self, console, options):
        raise LookupError("no lines")


SECTIONS = {
    "raises": (lambda results: 1 / 0, "report section 'raises' raised ZeroDivisionError"),
    "exits": (lambda results: sys.exit(0), "report section 'exits' raised SystemExit"),
    "raises-when-printed": (lambda results: RaisesWhenPrinted(), "raised LookupError: no lines"),
    "markup": (lambda results: "[/nothing]", "report section 'markup' raised MarkupError"),
    "table": (lambda results: {"answer": 42}, "{'answer': 42}"),
    "text": (lambda results: "all is well", "all is well"),
}


def test_a_section_of_the_report_harms_no_other(tmp_path, monkeypatch):
    from rich.console import Console

    from relxfer.contract.records import ReportSection
    from relxfer.report.terminal import render

    @hookimpl
    def relxfer_report_sections():
        return [ReportSection(name=name, load=f"plugin_sections:{name.replace('-', '_')}") for name in SECTIONS]

    mine = plugin("plugin_sections", relxfer_report_sections=relxfer_report_sections)
    vars(mine).update({name.replace("-", "_"): made for name, (made, _) in SECTIONS.items()})
    monkeypatch.setitem(sys.modules, "plugin_sections", mine)
    plugins = Plugins.load(third_party=False)
    plugins.register(mine, "mine")
    console = Console(width=200)
    with console.capture() as shown:
        console.print(render(relxfer.run(config("scratch"), tmp_path, plugins=[blobs]), plugins, list(SECTIONS)))
    for name, (_, expected) in SECTIONS.items():
        assert expected in shown.get(), name
