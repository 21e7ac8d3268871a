"""A plugin of this process on its way to another one."""

from __future__ import annotations

import pickle
import subprocess
import sys
import types

import pytest

from relxfer.errors import PluginError
from relxfer.plugins.carried import Carried
from relxfer.plugins.finder import Plugins
from relxfer.testing import blobs
from relxfer.testing.harness import Observer

FILE = """
from relxfer import TransferStrategy, hookimpl
@hookimpl
def relxfer_transfer_strategies():
    return [TransferStrategy(name="of-a-file", load="of_a_file_4711:Nothing")]
"""
#: Another process, which registers what arrives and says what it then offers.
ARRIVES = """
import pickle, sys
from relxfer.plugins.finder import Plugins
carried = pickle.loads(bytes.fromhex(sys.argv[1]))
plugins = Plugins.load(third_party=False)
carried.register(plugins)
carried.register(Plugins.load(third_party=False))
offered = [f"{offer.record.name} {offer.version}" for offer in plugins.offers.values() if offer.plugin == carried.name]
print(carried.name, *offered)
"""


def arriving(carried):
    command = [sys.executable, "-c", ARRIVES, pickle.dumps(carried).hex()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_a_module_that_can_be_imported():
    done = arriving(Carried.of(blobs, "points"))
    plugins = Plugins.load(third_party=False)
    plugins.register(blobs, "points")
    version = plugins.find("dataset", "blobs-source").version
    assert done.stdout.split()[0] == "points", done.stderr
    assert f"blobs-source {version}" in done.stdout, "the same code has the same version there"


def test_a_file_that_no_path_leads_to(tmp_path):
    file = tmp_path / "of_a_file_4711.py"
    file.write_text(FILE)
    made = types.ModuleType("of_a_file_4711")
    made.__file__ = str(file)
    done = arriving(Carried.of(made, "mine"))
    assert done.stdout.startswith("mine of-a-file "), done.stderr


def test_an_object_arrives_with_its_state():
    carried = Carried.of(Observer(stop_at=3), "watch")
    plugins = Plugins.load(third_party=False)
    carried.register(plugins)
    assert plugins.given[-1][0].stop_at == 3


def of_main():
    made = type("Mine", (), {"__module__": "__main__"})
    return made()


def not_pickled():
    watch = Observer()
    watch.stop_at = lambda: None
    return watch


@pytest.mark.parametrize(
    ("plugin", "got"),
    [
        (of_main(), "got one that is written in the script or notebook itself; move it into a file of its own"),
        (types.ModuleType("made_here"), "got one that is in no file"),
        (not_pickled(), "got an object that cannot be pickled"),
        (sys.modules["__main__"], "got one that is written in the script"),
    ],
)
def test_what_no_other_process_can_load_is_told(plugin, got):
    with pytest.raises(PluginError, match=f"expected the plugin 'mine' in a module that other processes can .*{got}"):
        Carried.of(plugin, "mine")


@pytest.mark.parametrize(("text", "got"), [("1 / 0", "ZeroDivisionError"), (None, "FileNotFoundError")])
def test_what_fails_there_is_told_there(tmp_path, text, got):
    file = tmp_path / "fails_4712.py"
    if text:
        file.write_text(text)
    with pytest.raises(PluginError, match=f"expected to load the plugin 'mine' from .*fails_4712.py.* got {got}"):
        Carried("mine", "fails_4712", str(file)).register(Plugins.load(third_party=False))
    assert "fails_4712" not in sys.modules
