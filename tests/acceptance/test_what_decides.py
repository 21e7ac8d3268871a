"""Whatever decides a result is run again when it changes, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import os
import shutil
import sys
import textwrap
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tomli_w

from relxfer.cli import main
from relxfer.plugins import versions
from relxfer.store import contents

TEMPLATES = Path(__file__).parent / "templates"
#: A plugin with an offer of every kind, as text: it is installed and changed here.
PLUGIN = {
    path.relative_to(TEMPLATES).as_posix(): path.read_text()
    for path in sorted((TEMPLATES / "deciding").iterdir())
    if path.is_file()
}
TRAINING = {"steps": 2, "batch_size": 16, "validations": 1, "lr": 0.01}
CONFIG: dict[str, Any] = {
    "name": "decides",
    "seeds": [0],
    "threads": 1,
    "device": "cpu",
    "source": {"name": "s", "datasets": [{"use": "points", "labels": "source.txt"}], "training": TRAINING},
    "target": {
        "name": "t",
        "dataset": {"use": "points", "labels": "target.txt"},
        "adapter": {"use": "points", "lexicon": "lexicon"},
    },
    "training": TRAINING,
    "strategy": [{"use": "scaled", "table": "one.json", "tables": [{"path": "two.json"}]}],
    "validator": {"use": "told", "table": "three.json"},
    "report": {"baselines": False},
}
LABELS = "".join(f"{i * i % 3}\n" for i in range(60))
FILES = {"one.json": "1.0", "two.json": "1.0", "three.json": "0.5", "lexicon/words/a.txt": "a", "source.txt": LABELS}
FILES["target.txt"] = LABELS[::-1].strip() + "\n"


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text))


class Place:
    """A user's folder with a configuration and its files, a plugin that is installed, and a run.

    begun   where its run is kept after it was made once; others begin with a copy
    """

    begun: Path

    def __init__(self, folder: Path, editable: bool = False):
        self.folder, self.site, self.out = folder / "mine", folder / "site", folder / "run"
        self.project = folder / "project" if editable else None
        self.plugin, self.config = dict(PLUGIN), json.loads(json.dumps(CONFIG))
        write(self.folder, FILES)
        self.install()
        kept = self.begun / f"{editable}-{(self.site / 'deciding-1.0.dist-info' / 'RECORD').exists()}"
        if kept.exists():
            shutil.copytree(kept, self.out)
        else:
            assert self.run() == 2, "the source stage and the cell"
            shutil.copytree(self.out, kept)

    def install(self) -> None:
        """The plugin as an installer leaves it, always under the same version."""
        shutil.rmtree(self.site, ignore_errors=True)
        info = {"METADATA": "Metadata-Version: 2.1\nName: deciding\nVersion: 1.0\n"}
        info["entry_points.txt"] = "[relxfer]\ndeciding = deciding.plugin\n"
        if self.project:
            info["direct_url.json"] = json.dumps({"url": self.project.as_uri(), "dir_info": {"editable": True}})
        files = {f"deciding-1.0.dist-info/{name}": text for name, text in info.items()}
        if self.project:
            write(self.project, self.plugin)
            files["deciding.pth"] = f"{self.project}\n"
        else:
            files |= self.plugin
        write(self.site, files)
        lines = [f"{name},sha256={_digest(self.site / name)},1" for name in files]
        script = ["../../bin/deciding,sha256=of-a-path-in-it,1", "deciding-1.0.dist-info/RECORD,,"]
        write(self.site, {"deciding-1.0.dist-info/RECORD": "\n".join(lines + script) + "\n"})

    def edit(self, name: str, text: str) -> None:
        """A file of the plugin, where an editable one lies or by installing it again."""
        self.plugin[name] = text
        self.install()

    def saved(self) -> Path:
        path = self.folder / "run.toml"
        path.write_text(tomli_w.dumps(self.config))
        return path

    def run(self, *arguments: str, config: Path | None = None) -> int:
        """`relxfer run` in a copy of this process; returns how many source stages and cells were run."""
        before = self.outcomes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # there is no other thread of ours
            process = os.fork()
        if process == 0:
            self.become([str(config or self.saved()), "--out", str(self.out), "-q", *arguments])
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
        return len(self.outcomes() - before)

    def become(self, arguments: list[str]) -> None:
        code = 99
        try:
            warnings.resetwarnings()
            sys.dont_write_bytecode = True
            sys.path[:0] = [str(self.site), *([str(self.project)] if self.project else [])]
            code = main(["run", *arguments])
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def outcomes(self) -> set[tuple[str, int]]:
        return {(path.parent.name, path.stat().st_mtime_ns) for path in self.out.glob("*/*/outcome.json")}


def _digest(path: Path) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module", autouse=True)
def _begun(tmp_path_factory):
    Place.begun = tmp_path_factory.mktemp("begun")


@pytest.fixture(autouse=True)
def _copies(whole):
    """Runs are made in copies of this process, which has imported what a run needs for `whole`."""
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")


def user(name: str, text: str) -> Callable[[Place], None]:
    return lambda place: write(place.folder, {name: text})


def plugin(name: str, old: str, new: str) -> Callable[[Place], None]:
    return lambda place: place.edit(name, place.plugin[name].replace(old, new))


def key(table: str, **values: Any) -> Callable[[Place], None]:
    return lambda place: place.config.setdefault(table, {}).update(values)


#: what changes -> how, and how many of the source stage and the cell it decides
CODE = {
    "code": (plugin("deciding/work.py", "self.scale *=", "self.scale = 2 *"), 2),
    "a helper module": (plugin("deciding/helper.py", "1.0", "2.0"), 2),
    "data of a plugin": (plugin("deciding/table.json", "1.0", "2.0"), 2),
    "the default of an option": (plugin("deciding/options.py", "float = 1.0", "float = 2.0"), 2),
}
DECIDES = {
    "a file of a strategy": (user("one.json", "2.0"), 1),
    "a file in a list of tables": (user("two.json", "2.0"), 1),
    "a folder of an adapter": (user("lexicon/words/a.txt", "b"), 2),
    "one more file in it": (user("lexicon/words/b.txt", ""), 2),
    "a file of a validator": (user("three.json", "0.7"), 1),
    "labels of the target": (user("target.txt", "2\n" + FILES["target.txt"][2:]), 1),
    "labels of the test": (user("target.txt", FILES["target.txt"][:-2] + "2\n"), 0),  # judged again, see below
    "labels of the source": (user("source.txt", "2\n" + LABELS[2:]), 2),
    "a training option": (lambda place: place.config.update(training=TRAINING | {"lr": 0.02}), 1),
    "an option of a strategy": (lambda place: place.config["strategy"][0].update(factor=2.0), 1),
    "one more seed": (lambda place: place.config.update(seeds=[0, 5]), 2),
}


@pytest.mark.parametrize("change", [*DECIDES, *CODE])
def test_what_decides_is_run_again(tmp_path, change):
    place = Place(tmp_path)
    how, expected = (DECIDES | CODE)[change]
    how(place)
    before = set(place.out.glob("evaluations/*.json"))
    assert place.run() == expected
    assert set(place.out.glob("evaluations/*.json")) - before, "it is judged anew"
    assert place.run() == 0, "and then it is known"


@pytest.mark.parametrize("change", CODE)
def test_what_decides_of_an_editable_plugin_is_run_again(tmp_path, change):
    place = Place(tmp_path, editable=True)
    CODE[change][0](place)
    assert place.run() == 2


def test_a_plugin_whose_files_no_installer_recorded_is_run_again(tmp_path, monkeypatch):
    install = Place.install

    def without_record(place: Place) -> None:
        install(place)
        (place.site / "deciding-1.0.dist-info" / "RECORD").unlink()

    monkeypatch.setattr(Place, "install", without_record)
    place = Place(tmp_path)
    CODE["data of a plugin"][0](place)
    assert place.run() == 2
    assert place.run() == 0


def moved(place: Place) -> None:
    place.out = place.out.rename(place.out.with_name("elsewhere"))


def copied(place: Place) -> None:
    place.out = Path(shutil.copytree(place.out, place.out.with_name("copy")))


def another_path(place: Place) -> None:
    place.folder = Path(shutil.copytree(place.folder, place.folder.with_name("backup")))


def touched(place: Place) -> None:
    for path in [*place.folder.rglob("*"), *place.site.rglob("*.py"), *place.site.rglob("*.json")]:
        os.utime(path, (1e9, 1e9))


def names(place: Place) -> None:
    place.config["source"]["name"] = place.config["target"]["name"] = place.config["name"] = "other"
    place.config["strategy"][0]["name"] = "mine"


def installed_elsewhere(place: Place) -> None:
    place.site = place.site.with_name("other-site")
    place.install()


def beside(place: Place) -> None:
    write(place.folder, {"lexicon/.hidden": "", "lexicon/__pycache__/a.pyc": "", "notes.txt": ""})
    write(place.site, {"another.py": "", "deciding/__pycache__/helper.cpython-311.pyc": ""})


@pytest.mark.parametrize(
    "how",
    [
        moved,
        copied,
        another_path,
        touched,
        names,
        installed_elsewhere,
        beside,
        key("executor", use="processes", jobs=3),
        key("executor", use="none"),
        lambda place: place.config.update(training=TRAINING | {"checkpoint_seconds": 1.0}),
    ],
    ids=["moved", "copied", "another path", "touched", "names", "installed elsewhere", "beside", "jobs", "executor",
         "checkpoints"],
)  # fmt: skip
def test_what_does_not_decide_is_not_run_again(tmp_path, how):
    place = Place(tmp_path)
    how(place)
    assert place.run() == 0


def test_comments_and_threads_do_not_decide(tmp_path):
    place = Place(tmp_path)
    text = place.saved().read_text()
    commented = place.folder / "commented.toml"
    commented.write_text("# as I like it\n" + text.replace("threads = 1", "threads = 2 # cores"))
    assert place.run(config=commented) == 0
    assert place.run(config=place.out / "config.toml") == 0


def test_what_lies_beside_the_code_of_an_editable_plugin_does_not_decide(tmp_path):
    place = Place(tmp_path, editable=True)
    assert place.project is not None
    write(place.project, dict.fromkeys(("README.md", "tests/test_it.py", "data/a.csv", ".git/HEAD"), "other"))
    assert place.run() == 0


@pytest.mark.parametrize("name", ["experiments/plot.py", "scratch.py", "config.toml", "src/kernel.c"])
def test_what_no_plugin_of_an_editable_project_imports_does_not_decide(tmp_path, name):
    place = Place(tmp_path, editable=True)
    assert place.project is not None
    for text in ("one = 1", "two = 2"):
        write(place.project, {name: text})
        assert place.run() == 0


def test_what_a_plugin_of_an_editable_project_imports_from_beside_it_decides(tmp_path):
    place = Place(tmp_path, editable=True)
    place.edit("deciding/work.py", "import aside\n" + place.plugin["deciding/work.py"])
    place.edit("aside.py", "x = 1")
    assert place.run() == 2
    place.edit("aside.py", "x = 2")
    assert place.run() == 2


class Distribution(importlib.metadata.Distribution):
    """What an installer leaves: texts by name."""

    def __init__(self, folder: Path, texts: dict[str, str]):
        self.folder, self.texts = folder, texts

    def read_text(self, filename: str) -> str | None:
        return self.texts.get(filename)

    def locate_file(self, path: Any) -> Any:
        return self.folder / path


def test_a_package_that_an_editable_project_has_elsewhere_is_found_where_it_is_imported_from(tmp_path, monkeypatch):
    write(tmp_path, {"python/mapped/__init__.py": "", "python/mapped/plugin.py": "", "python/mapped/t.json": "1"})
    monkeypatch.syspath_prepend(str(tmp_path / "python"))
    texts = {"METADATA": "Name: mapped\nVersion: 1.0\n", "entry_points.txt": "[relxfer]\nmapped = mapped.plugin\n"}
    texts["direct_url.json"] = json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    found = versions.files_of(Distribution(tmp_path, texts))
    assert list(found) == ["mapped/__init__.py", "mapped/plugin.py", "mapped/t.json"]


def test_data_that_an_installer_puts_beside_the_packages_decide(tmp_path):
    names = ["p.py", "../share/p/t.json", "../bin/p", "../Scripts/p.exe", "p-1.0.dist-info/METADATA"]
    texts = {"METADATA": "Name: p\nVersion: 1.0\n", "RECORD": "".join(f"{name},,\n" for name in names)}
    write(tmp_path / "site", dict.fromkeys(names, ""))
    assert list(versions.files_of(Distribution(tmp_path / "site", texts))) == ["p.py", "share/p/t.json"]


def test_relxfer_is_known_by_all_of_its_packages():
    found = versions.files_of(importlib.metadata.distribution("relxfer"))
    packages = {name.partition("/")[0] for name in found if name.endswith("/__init__.py")}
    plugins = {"clusters", "kg", "social", "strategies", "trackers", "vision"}
    assert packages == {"relxfer", *(f"relxfer_{name}" for name in plugins)}


def test_a_folder_is_a_run_only_with_a_configuration(tmp_path):
    write(tmp_path, {"data/provenance.json": "{}", "run/provenance.json": "{}", "run/config.toml": ""})
    assert list(contents.below(tmp_path)) == ["data/provenance.json"]


def in_a_process(place: Place, *arguments: str, **environment: str) -> SimpleNamespace:
    """`relxfer run` in a copy of this process, with workers that find the plugin; what it came to and said."""
    said = place.folder / "stderr.txt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other thread of ours
        process = os.fork()
    if process == 0:
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
        os.environ.update({"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"} | environment)
        place.become([str(place.saved()), "--out", str(place.out), "-q", *arguments])
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return SimpleNamespace(returncode=code, stderr=said.read_text())


def test_data_that_change_before_the_workers_read_them_make_no_result(tmp_path):
    place = Place(tmp_path)
    place.config["seeds"] = [0, 1, 2, 3]
    done = in_a_process(place, "--jobs", "2", EDIT_WHEN_STARTED=str(place.folder / "target.txt"))
    cells = json.loads((place.out / "results.json").read_text())["cells"]
    assert [cell["status"] for cell in cells] == ["done", "failed", "failed", "failed"], done.stderr
    reasons = {cell["reason"] for cell in cells[1:]}
    assert len(reasons) == 1
    assert "got another data of the target" in reasons.pop()
    assert place.run() == 4, "run again, all are of the data that are there now"


def test_a_file_that_changes_while_a_cell_is_trained_makes_no_result(tmp_path):
    place = Place(tmp_path)
    edit = 'Path(os.environ["EDIT"]).write_text("2.0") if cell.target else None\n        '
    place.edit("deciding/work.py", place.plugin["deciding/work.py"].replace("return learner", edit + "return learner"))
    done = in_a_process(place, EDIT=str(place.folder / "two.json"))
    cells = json.loads((place.out / "results.json").read_text())["cells"]
    assert [cell["status"] for cell in cells] == ["failed"], done.stderr
    assert "got another strategy: changed while the run went on" in cells[0]["reason"]
    place.edit("deciding/work.py", PLUGIN["deciding/work.py"])
    assert place.run() == 1, "the source stage is known from before"


def test_a_file_that_changes_while_a_source_is_trained_makes_no_result(tmp_path):
    place = Place(tmp_path)
    edit = (
        "def attach(self, *of):\n        Path(os.environ['EDIT']).write_text('b')\n        return super().attach(*of)"
    )
    place.edit(
        "deciding/work.py",
        place.plugin["deciding/work.py"].replace("(BlobsAdapter):\n    pass", f"(BlobsAdapter):\n    {edit}"),
    )
    before = place.outcomes()
    done = in_a_process(place, EDIT=str(place.folder / "lexicon/words/a.txt"))
    cells = json.loads((place.out / "results.json").read_text())["cells"]
    assert [cell["status"] for cell in cells] == ["failed"], done.stderr
    assert "got another adapter: changed while the run went on" in cells[0]["reason"]
    assert place.outcomes() == before


def test_each_worker_loads_the_data_once(tmp_path):
    place = Place(tmp_path)
    place.config |= {"seeds": list(range(12)), "source": CONFIG["source"] | {"shared": True}}
    loads = tmp_path / "loads.txt"
    done = in_a_process(place, "--jobs", "2", LOADS=str(loads))
    assert done.returncode == 0, done.stderr
    assert len(place.outcomes()) == 1 + 12
    assert len(loads.read_text().splitlines()) <= 2 * (1 + 2), "source and target, in the run and in two workers"
