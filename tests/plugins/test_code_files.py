"""The files that the code of a module goes with: imports, strings that name files, and packages beside it."""

from __future__ import annotations

import pytest

from relxfer.plugins import code_files


@pytest.fixture
def folder(tmp_path):
    def write(**texts: str):
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/")
            path = path.with_suffix(".py") if not path.suffix else path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def test_a_module_alone_goes_with_what_it_imports_and_names(folder):
    place = folder(a="import b\nfrom c import x", b="open('table.json')", c="", d="")
    (place / "table.json").write_text("{}")
    (place / "other.json").write_text("{}")
    assert list(code_files.of(place / "a.py")) == ["a.py", "b.py", "c.py", "table.json"]


def test_a_package_goes_with_all_of_it_and_with_what_it_imports_from_beside_it(folder):
    place = folder(mine__first="import helper", mine__second="", helper="", unused="")
    (place / "mine" / "__init__.py").write_text("")
    (place / "mine" / "table.csv").write_text("")
    (place / "mine" / "tests").mkdir()
    (place / "mine" / "tests" / "test_first.py").write_text("")
    found = code_files.of(place / "mine" / "first.py")
    assert set(found) == {"mine/__init__.py", "mine/first.py", "mine/second.py", "mine/table.csv", "helper.py"}


def test_the_full_name_of_a_module_tells_a_package_without_init(folder):
    place = folder(mine__deep__first="", mine__second="")
    assert set(code_files.of(place / "mine" / "deep" / "first.py", "mine.deep.first")) == {
        "mine/deep/first.py",
        "mine/second.py",
    }


def test_a_folder_that_a_string_names_is_taken_whole_but_not_a_run(folder):
    place = folder(a="FOLDERS = ['tables', 'runs']")
    for name in ("tables/deep/b.csv", "tables/c.csv", "runs/config.toml", "runs/provenance.json", "runs/x.csv"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("")
    assert list(code_files.named(place / "a.py")) == ["a.py", "tables/c.csv", "tables/deep/b.csv"]


def test_a_configuration_decides_nothing_about_code(folder):
    place = folder(a="NAMES = ['run.toml', 'table.toml']")
    (place / "run.toml").write_text('[target]\ndataset = "x"\n')
    (place / "table.toml").write_text("a = 1\n")
    assert list(code_files.named(place / "a.py")) == ["a.py", "table.toml"]


def test_among_installed_distributions_a_module_goes_alone(folder):
    place = folder(a="import b", b="")
    (place / "b-1.0.dist-info").mkdir()
    assert list(code_files.of(place / "a.py")) == ["a.py"]


def test_data_beside_a_module_without_its_code(folder):
    place = folder(a="FILES = ('b.py', 'b.npz')\nopen('.suffix')", b="")
    (place / "b.npz").write_bytes(b"")
    assert list(code_files.data(place / "a.py")) == ["b.npz"]


@pytest.mark.parametrize(
    ("file", "name", "text", "expected"),
    [
        ("a.py", "mine.a", "from .b import x", {"mine.b"}),
        ("a.py", "mine.deep.a", "from ..b import x", {"mine.b"}),
        ("__init__.py", "mine", "from .b import x", {"mine.b"}),
        ("a.py", "mine.a", "from other.c import y\nimport z", {"other.c"}),
        ("a.py", "mine.a", "def broken(:", set()),
    ],
)
def test_the_modules_that_names_are_taken_from(tmp_path, file, name, text, expected):
    (tmp_path / file).write_text(text)
    assert code_files.taken_from(tmp_path / file, name) == expected
