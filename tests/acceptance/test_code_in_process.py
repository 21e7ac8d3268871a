"""Code that is in this process: a plugin from a notebook, an edit while it is in memory, a run that is finished."""

from __future__ import annotations

import importlib
import sys
import textwrap
import types
from pathlib import Path

import pytest

from relxfer import hookimpl
from relxfer.errors import Changed, PluginError
from relxfer.plugins import code_files, versions
from relxfer.testing import harness

NOTEBOOK = {
    "mine.py": """
        import aid
        from relxfer import TransferStrategy, hookimpl

        class Mine:
            def __init__(self, options): ...
            def transfer(self, cell):
                scale = aid.scale()
                cell.trainer.fit(cell.learner, lambda step, batch: scale * cell.learner.loss(batch), cell.target.train)
                return cell.learner

        @hookimpl
        def relxfer_transfer_strategies():
            needs = ("source-model", "gradients", "target-labels")
            return [TransferStrategy(name="mine", load="mine:Mine", needs=needs)]
    """,
    "aid.py": """
        from pathlib import Path
        FACTOR = 1.0
        def scale(): return FACTOR * float((Path(__file__).parent / "aid.txt").read_text())
    """,
    "aid.txt": "1.0",
    "other.py": "another = 'module'",
}


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text))


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A folder with a plugin that is handed over, as from a notebook; its modules are forgotten afterwards."""
    write(tmp_path, NOTEBOOK)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in ("mine", "aid", "other"):
        sys.modules.pop(name, None)


def cells_run(small, folder: Path) -> int:
    """The small run with the plugin `mine`; how many source stages and cells were run."""
    watch = harness.Observer()
    small.run(folder / "run", importlib.import_module("mine"), watch, strategy=["mine"], report={"baselines": False})
    return watch.cells


@pytest.mark.parametrize(
    ("name", "text"), [("aid.py", NOTEBOOK["aid.py"].replace("1.0", "2.0")), ("aid.txt", "2.0")], ids=["code", "data"]
)
def test_what_a_plugin_in_process_reads_decides(small, notebook, name, text):
    assert cells_run(small, notebook) == 2
    write(notebook, {name: text})
    importlib.reload(importlib.import_module("aid"))
    assert cells_run(small, notebook) == 1, "the strategy has changed, the source stage has not"


def test_what_lies_beside_a_plugin_in_process_does_not_decide(small, notebook):
    assert cells_run(small, notebook) == 2
    write(notebook, {"other.py": "something = 'else'", "notes.txt": "it works"})
    assert cells_run(small, notebook) == 0


def test_code_that_was_edited_and_not_imported_again_is_refused(small, notebook):
    assert cells_run(small, notebook) == 2
    write(notebook, {"aid.py": NOTEBOOK["aid.py"].replace("1.0", "2.0")})
    with pytest.raises(PluginError, match=r"code of aid as it was imported, but .*aid.py has changed since; reload it"):
        cells_run(small, notebook)
    importlib.reload(importlib.import_module("aid"))
    assert cells_run(small, notebook) == 1


def test_code_that_was_edited_before_it_was_first_run_is_refused(small, notebook, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    importlib.import_module("mine")
    write(notebook, {"aid.py": NOTEBOOK["aid.py"].replace("1.0", "2.25")})
    with pytest.raises(PluginError, match=r"code of aid as it was imported, but .*aid.py has changed since; reload it"):
        cells_run(small, notebook)
    importlib.reload(importlib.import_module("aid"))
    assert cells_run(small, notebook) == 2


def test_a_module_that_keeps_names_of_a_reloaded_one_is_refused(small, notebook):
    write(
        notebook,
        {"mine.py": NOTEBOOK["mine.py"].replace("import aid", "from aid import scale", 1).replace("aid.s", "s")},
    )
    assert cells_run(small, notebook) == 2
    write(notebook, {"aid.py": NOTEBOOK["aid.py"].replace("1.0", "2.0")})
    importlib.reload(importlib.import_module("aid"))
    for _ in range(2):
        with pytest.raises(PluginError, match=r"expected mine to be reloaded with aid.*reload mine too"):
            cells_run(small, notebook)
    importlib.reload(importlib.import_module("mine"))
    assert cells_run(small, notebook) == 1


@pytest.mark.parametrize("link", [False, True])
def test_all_of_a_folder_that_a_plugin_names_decides(notebook, link):
    write(notebook, {"real/one.txt": "1", "real/run/config.toml": "", "real/run/provenance.json": "{}"})
    write(notebook, {"aid.py": "HERE = Path(__file__).parent / 'tables'", "tables-elsewhere/two.txt": ""})
    (notebook / "real").rename(notebook / "tables") if not link else (notebook / "tables").symlink_to("real")
    (notebook / "tables" / "around").symlink_to(notebook)
    found = code_files.of(notebook / "mine.py")
    assert [name for name in found if name.startswith("tables") and "around" not in name] == ["tables/one.txt"]


def test_runs_and_their_configurations_do_not_decide_for_a_plugin_that_names_them(notebook):
    write(notebook, {"out/config.toml": "", "out/provenance.json": "{}", "config.toml": "[target]\ndataset = 'x'\n"})
    write(notebook, {"aid.py": "run('config.toml', 'out')\nopen('mine.toml')", "mine.toml": "x = 1"})
    assert list(code_files.of(notebook / "mine.py")) == ["aid.py", "mine.py", "mine.toml"]


def test_a_helper_beside_the_package_of_a_plugin_decides(notebook):
    write(notebook, {"package/__init__.py": "", "package/deep/__init__.py": "", "package/deep/it.py": "import helper"})
    write(notebook, {"helper.py": "open('helper.json')", "helper.json": "", "config.py": ""})
    (notebook / "package" / "gone.py").symlink_to("nowhere.py")
    found = list(code_files.of(notebook / "package" / "deep" / "it.py"))
    names = ["__init__.py", "deep/__init__.py", "deep/it.py", "gone.py"]
    assert found == [*(f"package/{name}" for name in names), "helper.json", "helper.py"]


def test_two_objects_of_one_name_are_two_strategies(small, notebook):
    write(notebook, {"mine.py": NOTEBOOK["mine.py"] + """
        class Other(Mine):
            def transfer(self, cell):
                return cell.learner

        class Offering:
            def __init__(self, what):
                self.what = what

            @hookimpl
            def relxfer_transfer_strategies(self):
                return [TransferStrategy(name="mine", load=f"mine:{self.what}", needs=("source-model", "gradients"))]
        """})  # fmt: skip
    module, watch = importlib.import_module("mine"), harness.Observer()
    for what in ("Mine", "Other"):
        small.run(notebook / "run", module.Offering(what), watch, strategy=["mine"], report={"baselines": False})
    assert watch.cells == 3, "the source stage and two strategies"


def test_a_plugin_without_a_file_is_always_run(small, tmp_path):
    source = textwrap.dedent(NOTEBOOK["mine.py"]).replace("import aid", "").replace("aid.scale()", "1.0")
    module = types.ModuleType("typed_in")
    exec(source.replace('"mine:', '"typed_in:'), module.__dict__)
    sys.modules["typed_in"] = module
    try:
        for _ in range(2):
            watch = harness.Observer()
            small.run(tmp_path / "run", module, watch, strategy=["mine"], report={"baselines": False})
            assert watch.cells > 0
    finally:
        del sys.modules["typed_in"]


def test_a_finished_run_tells_of_no_cell(small, tmp_path):
    told = []

    class Listening:
        @hookimpl
        def relxfer_cell_started(self, cell):
            told.append(cell["strategy"])

        @hookimpl
        def relxfer_cell_finished(self, cell):
            told.append(cell["strategy"])

    small.run(tmp_path / "run", Listening())
    assert told.count("pre-train") == 2
    told.clear()
    small.run(tmp_path / "run", Listening())
    assert told == []


def test_code_that_changes_before_it_is_imported_makes_no_result(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(versions, "files_of", lambda distribution: {"late.py": tmp_path / "late.py"})
    write(tmp_path, {"late.py": "x = 1"})
    code = versions.Versions()
    code.of("relxfer")
    code.check()
    write(tmp_path, {"late.py": "x = 12"})
    code.check()
    try:
        importlib.import_module("late")
        with pytest.raises(Changed, match=r"got another code \(.*late.py\): changed while the run went on"):
            code.check()
    finally:
        del sys.modules["late"]
