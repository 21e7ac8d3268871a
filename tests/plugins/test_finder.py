"""A broken plugin breaks only itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import pytest

import relxfer
from relxfer import hookimpl
from relxfer.contract.records import TransferStrategy
from relxfer.errors import PluginError, UnknownName
from relxfer.plugins.finder import Plugins
from relxfer.testing import blobs

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
    "future": (f"relxfer_api_version = {relxfer.API_VERSION + 1}", "expected relxfer_api_version = 2, got 3"),
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


def test_the_broken_ones_are_set_aside(loaded):
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
        "report": {"baselines": False},
    }


def test_a_built_in_is_replaced_only_on_purpose(tmp_path):
    same = "relxfer_strategies.baselines.scratch:Scratch"
    with pytest.raises(PluginError, match="already offered by plugin 'strategies' of relxfer"):
        relxfer.run(config("scratch"), tmp_path, plugins=[blobs, offering("scratch", same)])
    plugins = Plugins.load(third_party=False)
    plugins.register(offering("scratch", same, replaces="scratch"), "mine")
    assert not plugins.broken
    assert plugins.find("strategy", "scratch").plugin == "mine"
