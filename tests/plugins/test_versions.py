"""A version of code changes with every file that can decide a result."""

from __future__ import annotations

import importlib
import sys

import pytest

from relxfer.errors import Changed, PluginError
from relxfer.plugins import versions
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions


def test_code_of_a_plugin_in_process_is_part_of_the_fingerprint(tmp_path):
    module = tmp_path / "notebook_plugin.py"
    versions = []
    for text in ("x = 1\n", "x = 2\n"):
        module.write_text(text)
        plugin = type("Plugin", (), {"__file__": str(module)})()
        plugins = Plugins.load(third_party=False)
        plugins.register(plugin, "notebook")
        versions.append(plugins.working[-1].version)
    assert versions[0] != versions[1]


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that this process has imported, of a plugin that is not installed."""
    path = tmp_path / "some_method.py"
    path.write_text("RATE = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    made = importlib.import_module("some_method")
    yield made
    del sys.modules["some_method"]
    versions._imported.pop("some_method", None)


def test_a_plugin_has_the_version_of_its_code(module):
    first = versions.of_plugin(module, ["some_method"])
    assert first == versions.of_plugin(module, ["some_method"])
    with open(module.__file__, "a") as stream:
        stream.write("# more\n")
    importlib.reload(module)
    assert versions.of_plugin(module, ["some_method"]) != first


def test_code_that_was_edited_since_its_import_is_refused(module):
    versions.of_plugin(module, ["some_method"])
    with open(module.__file__, "a") as stream:
        stream.write("RATE = 2\n")
    with pytest.raises(PluginError, match=r"some_method.*some_method\.py.*importlib\.reload"):
        versions.of_plugin(module, ["some_method"])


def test_code_in_no_file_has_no_version(monkeypatch):
    made = type(sys)("typed_in")
    monkeypatch.setitem(sys.modules, "typed_in", made)
    assert versions.of_plugin(made, ["typed_in"]) is None


def test_a_distribution_has_the_same_version_all_through_a_run():
    told = Versions()
    first = told.of("relxfer")
    assert first.startswith("0.1.0+")
    assert told.of("relxfer") == first == Versions().of("relxfer")
    told.check()


def test_a_distribution_that_is_not_installed_is_unknown():
    assert Versions().of("no-such-distribution") == "unknown"


def test_a_module_imported_from_a_file_that_changed_after_the_plan_is_told(module, tmp_path):
    told = Versions()
    file = versions._real(module.__file__)
    told._files[file] = "another digest"
    with pytest.raises(Changed, match="some_method"):
        told.check()


def test_files_that_show_something_decide_nothing():
    assert not versions._decides(("relxfer", "shipped", "examples", "a.toml"))
    assert not versions._decides(("relxfer", "authoring", "templates", "plugin", "README.md.tmpl"))
    assert not versions._decides(("relxfer", "a.pyc"))
    assert not versions._decides(("..", "..", "..", "bin", "relxfer"))
    assert not versions._decides(("relxfer-0.1.0.dist-info", "METADATA"))
    assert versions._decides(("relxfer-0.1.0.dist-info", "entry_points.txt"))
    assert versions._decides(("relxfer_kg", "data", "cards.toml"))
