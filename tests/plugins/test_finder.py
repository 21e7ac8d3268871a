"""A broken plugin breaks only itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import types
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

import relxfer
from relxfer import hookimpl
from relxfer.contract.options import Options
from relxfer.contract.records import Executor, TransferStrategy
from relxfer.errors import PluginError, UnknownName
from relxfer.plugins.finder import Plugins
from relxfer.report import offers
from relxfer.testing import blobs, blobs_net, harness

GOOD = """
    from relxfer import TransferStrategy, hookimpl

    class Strategy:
        def __init__(self, options): ...
        def transfer(self, cell): return cell.learner

    @hookimpl
    def relxfer_transfer_strategies():
        return [TransferStrategy(name="{name}", load="{module}:Strategy", needs=("source-model",))]
"""
#: distribution -> its module, and words of the cause with which it is to be listed (None: it works)
PLUGINS: dict[str, tuple[str, str | None]] = {
    "good": (GOOD.format(name="good", module="plugin_good"), None),
    "raises": ("raise RuntimeError('no such luck')", "RuntimeError: no such luck"),
    "needs-more": ("import a_module_that_nobody_has", "No module named 'a_module_that_nobody_has'"),
    "does-not-parse": ("def relxfer_datasets(:", "SyntaxError"),
    "exits": ("import sys; sys.exit(0)", "SystemExit: 0"),
    "misspelt": (
        GOOD.format(name="other", module="plugin_misspelt").replace("relxfer_transfer_", "relxfer_"),
        "did you mean 'relxfer_transfer_strategies'",
    ),
    "undecorated": ("def relxfer_datasets(): return []", "lacks the decorator @relxfer.hookimpl"),
    "thief": (
        GOOD.format(name="finetune", module="plugin_thief"),
        "'finetune' is already offered by plugin 'strategies' of relxfer",
    ),
    "future": (f"relxfer_api_version = {relxfer.API_VERSION + 1}", "expected relxfer_api_version = 1, got 2"),
    "wrong-record": (
        "from relxfer import hookimpl\n@hookimpl\ndef relxfer_datasets(): return ['me']",
        "expected Dataset records, got 'me'",
    ),
    "wrong-argument": (
        "from relxfer import hookimpl\n@hookimpl\ndef relxfer_run_started(fodler): ...",
        "fodler",
    ),
    "forgets-to-return": (
        GOOD.format(name="other", module="plugin_forgets").replace("return [", "["),
        "relxfer_transfer_strategies: expected a list of TransferStrategy records, got None",
    ),
    "returns-one": (
        GOOD.format(name="other", module="plugin_one").replace("[Transfer", "Transfer").replace(",))]", ",))"),
        "expected a list of TransferStrategy records, got TransferStrategy(name='other'",
    ),
    "needs-a-text": (
        GOOD.format(name="other", module="plugin_text").replace('("source-model",)', '("source-model")'),
        "other: expected a tuple of names, got the text 'source-model'",
    ),
    "replaces-another": (
        GOOD.format(name="other", module="plugin_another").replace(",))]", ",), replaces='finetune')]"),
        "other: expected replaces to repeat the name, got 'finetune'",
    ),
    "has-no-role": (
        GOOD.format(name="other", module="plugin_role").replace(",))]", ",), role='baseline')]"),
        "other: no role is called 'baseline'",
    ),
    "raises-in-hook": (
        "from relxfer import hookimpl\n@hookimpl\ndef relxfer_datasets(): raise SystemExit('bye')",
        "SystemExit: bye",
    ),
}  # fmt: skip
BROKEN = {name: cause for name, (_, cause) in PLUGINS.items() if cause}


def install(folder: Path, name: str, code: str) -> Path:
    """A distribution as pip leaves it: metadata, entry point, module."""
    module = f"plugin_{name.replace('-', '_')}"
    info = folder / f"{module}-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-dist\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text(f"[relxfer]\n{name} = {module}\n")
    path = folder / f"{module}.py"
    path.write_text(textwrap.dedent(code))
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder with all the plugins, to be put on the path."""
    folder = tmp_path_factory.mktemp("site")
    for name, (code, _) in PLUGINS.items():
        install(folder, name, code)
    return folder


def command(site: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    return subprocess.run(
        [sys.executable, "-m", "relxfer", *arguments], env=env, capture_output=True, text=True, timeout=120
    )


def offered(listing: dict) -> set[str]:
    return {offer["name"] for plugin in listing["plugins"] for offer in plugin["offers"]}


@pytest.fixture(scope="module")
def listing(site) -> dict:
    done = command(site, "plugins", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_listed_with_cause_distribution_and_file(listing, site, name):
    found = next(broken for broken in listing["broken"] if broken["name"] == name)
    assert BROKEN[name] in found["cause"]
    assert (found["distribution"], found["version"]) == (f"{name}-dist", "1.5")
    assert found["file"] == str(site / f"plugin_{name.replace('-', '_')}.py")


def test_everything_else_works(listing):
    assert len(listing["broken"]) == len(BROKEN), "each once"
    assert offered(listing) >= {"good", "finetune", "kg", "ultra", "serial", "target-val"}
    finetune = [o for p in listing["plugins"] for o in p["offers"] if o["name"] == "finetune"]
    assert [offer["distribution"].split()[0] for offer in finetune] == ["relxfer"]


def test_the_list_for_people_names_them_too(site):
    shown = command(site, "plugins").stdout
    assert "broken: raises of raises-dist 1.5" in shown
    assert "cause: RuntimeError: no such luck" in shown
    assert str(site / "plugin_raises.py") in shown


def test_who_asks_for_an_offer_that_is_not_there_hears_of_the_broken_ones(site):
    done = command(site, "plugins", "show", "other")
    assert done.returncode == 2
    assert "no offer is called 'other'" in done.stderr
    assert f"{len(BROKEN)} plugin(s) are broken and offer nothing" in done.stderr


@pytest.mark.parametrize("how", ["option", "variable"])
def test_third_parties_can_be_switched_off(site, how):
    if how == "option":
        done = command(site, "--no-plugins", "plugins", "--json")
    else:
        done = command(site, "plugins", "--json", RELXFER_NO_PLUGINS="1")
    found = json.loads(done.stdout)
    assert {plugin["distribution"] for plugin in found["plugins"]} == {"relxfer"}
    assert found["broken"] == []


@pytest.mark.parametrize(("used", "code"), [("finetune", 0), ("good", 0), ("raises", 3), ("fintune", 2)])
def test_a_run_stops_only_where_it_needs_the_broken_one(site, tmp_path, used, code):
    config = tmp_path / "run.toml"
    config.write_text(
        f'[source]\ndatasets = ["geo-world"]\n[target]\ndataset = "geo-us"\n[[strategy]]\nuse = "{used}"\n'
    )
    done = command(site, "check", str(config))
    assert done.returncode == code, done.stderr
    if code:
        assert used in done.stderr
        assert "broken" in done.stderr


# ------------------------------------------------------------------ in this process


@pytest.fixture
def loaded(site, monkeypatch) -> Plugins:
    monkeypatch.syspath_prepend(str(site))
    return Plugins.load()


def test_the_kernel_sets_the_broken_ones_aside(loaded):
    assert {broken.name for broken in loaded.broken} == set(BROKEN)
    assert loaded.find("strategy", "finetune").distribution == "relxfer"
    hooks = [i.plugin_name for i in loaded.manager.hook.relxfer_datasets.get_hookimpls()]
    assert not [name for name in hooks if name.split("@")[0] in BROKEN], "a broken plugin is not called again"


def test_an_unknown_name_mentions_the_broken_plugins(loaded):
    with pytest.raises(UnknownName, match=rf"{len(BROKEN)} plugin\(s\) are broken.*raises"):
        loaded.find("strategy", "of-the-broken")


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
        "report": {"baselines": False, "resamples": 200},
    }


def test_a_built_in_is_replaced_only_on_purpose(tmp_path):
    same = "relxfer_strategies.baselines.scratch:Scratch"
    with pytest.raises(PluginError, match="already offered by plugin 'strategies' of relxfer"):
        relxfer.run(config("scratch"), tmp_path, plugins=[blobs, offering("scratch", same)])
    plugins = Plugins.load(third_party=False)
    plugins.register(offering("scratch", same, replaces="scratch"), "mine")
    assert not plugins.broken
    assert plugins.find("strategy", "scratch").plugin == "mine"


class NoOptions:
    """Names no `relxfer.contract.options.Options`."""


class LooseOptions(BaseModel):
    """Lets unknown keys pass."""


@pytest.mark.parametrize("options", ["NoOptions", "LooseOptions"])
def test_options_that_are_none_of_ours_harm_their_own_offer_alone(tmp_path, options):
    mine = offering("my-options", f"{__name__}:RaisesInTheMiddle", options=f"{__name__}:{options}")
    plugins = Plugins.load(third_party=False)
    plugins.register(mine, "mine")
    listed = {o["name"]: o for plugin in offers.listing(plugins)["plugins"] for o in plugin["offers"]}
    expected = "expected the options of the strategy 'my-options' as a subclass of relxfer.contract.options.Options"
    assert expected in listed["my-options"]["problem"]
    assert listed["finetune"]["options"]
    with pytest.raises(PluginError, match=expected):
        relxfer.run(config("my-options"), tmp_path, plugins=[blobs, mine])


class HiddenOptions(Options):
    """A key that a row of the report has itself."""

    baseline: int = 1


def test_options_that_the_table_would_hide_are_refused(tmp_path):
    mine = offering("hidden", f"{__name__}:RaisesInTheMiddle", options=f"{__name__}:HiddenOptions")
    with pytest.raises(PluginError, match="'hidden' under names that its table does not have itself, got baseline"):
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
    assert (failing["status"], failing["reason"]) == ("failed", "ZeroDivisionError: in the middle")
    assert scratch["status"] == "done"
    assert [row["strategy"] for row in results.rows] == ["my-failing", "scratch"]


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
    assert cell["status"] == "failed"
    assert f"expected transfer of the strategy 'my-return' to return a learner, got {got}" in cell["reason"]


def test_a_strategy_that_cannot_be_imported_fails_its_own_cells(tmp_path):
    mine = offering("my-missing", "a_module_that_nobody_has:Strategy")
    results = relxfer.run(config("my-missing", "scratch"), tmp_path, plugins=[blobs, mine])
    missing, scratch = results.cells
    assert missing["status"] == "failed"
    assert "a_module_that_nobody_has:Strategy" in missing["reason"]
    assert scratch["status"] == "done"


def test_a_strategy_that_ends_the_program_fails_its_own_cells(tmp_path):
    mine = offering("my-ending", f"{__name__}:EndsTheProgram")
    results = relxfer.run(config("my-ending", "scratch"), tmp_path, plugins=[blobs, mine])
    assert [cell["status"] for cell in results.cells] == ["failed", "done"]


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
    assert [cell["status"] for cell in results.cells] == ["done"]
    notes = results.targets["blobs-target"]["notes"]
    assert "audit of adapter 'blobs' raised LookupError: no leaks to count" in notes
    assert "relate of adapter 'blobs' raised LookupError: nothing in common" in notes


# ------------------------------------------------------------------ executors


class OneThenLost:
    """Runs the first job and loses the others."""

    width = 1

    def __init__(self, options):
        pass

    def run(self, work, jobs):
        for job in jobs[:1]:
            yield job, work(job)


class OneThenRaises(OneThenLost):
    def run(self, work, jobs):
        yield from super().run(work, jobs)
        if jobs:
            raise LookupError("the cluster is gone")


@pytest.mark.parametrize(
    ("executor", "got"),
    [("OneThenLost", "got none for 1 of 2"), ("OneThenRaises", "got LookupError: the cluster is gone")],
)
def test_an_executor_that_fails_is_named_and_what_is_done_is_kept(tmp_path, executor, got):
    mine = types.ModuleType("mine")
    mine.relxfer_executors = hookimpl(lambda: [Executor(name="mine", load=f"{__name__}:{executor}")])
    given = config("scratch") | {"seeds": 2}
    with pytest.raises(PluginError, match=rf"expected the executor 'mine' to yield .*{got}.*what is done is kept"):
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
    assert results.cells[0]["status"] == "done"


def test_code_of_a_plugin_in_process_is_part_of_the_fingerprint(tmp_path):
    from relxfer.plugins.finder import Plugins

    module = tmp_path / "notebook_plugin.py"
    versions = []
    for text in ("x = 1\n", "x = 2\n"):
        module.write_text(text)
        plugin = type("Plugin", (), {"__file__": str(module)})()
        plugins = Plugins.load(third_party=False)
        plugins.register(plugin, "notebook")
        versions.append(plugins.working[-1].version)
    assert versions[0] != versions[1]


def test_plugins_in_process_need_the_serial_executor(tmp_path):
    from relxfer.errors import UsageError

    with pytest.raises(UsageError, match="expected executor serial"):
        relxfer.run(
            {"target": {"dataset": "geo-us"}, "executor": {"use": "processes"}},
            tmp_path / "run",
            plugins=[type("Plugin", (), {})()],
        )


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
        console.print(render(relxfer.run(config("scratch"), tmp_path, plugins=[blobs]), plugins))
    for name, (_, expected) in SECTIONS.items():
        assert expected in shown.get(), name
