"""Where things lie and how large they are: the layout that `docs/architecture.md` leads through."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = [ROOT / "relxfer", *sorted((ROOT / "plugins").glob("relxfer_*"))]
MODULES = [path for package in PACKAGES for path in sorted(package.rglob("*.py")) if "templates" not in path.parts]

#: Modules with behaviour that a test of another kind holds, each with the reason.
TESTED_ELSEWHERE: dict[str, str] = {}


def has_behaviour(path: Path) -> bool:
    """Whether a module defines something that can go wrong.

    It does where a function, or a method of a class, has a body beyond its docstring. What only declares does not
    count: Protocols; records and options without methods; functions that are marked as hooks and hand out records.
    """
    return any(_acts(function) for function in _functions(ast.parse(path.read_text())))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    left: list[ast.stmt] = list(tree.body)
    while left:
        node = left.pop()
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef) and not any("Protocol" in ast.unparse(base) for base in node.bases):
            left += node.body


def _acts(function: ast.FunctionDef) -> bool:
    if any(ast.unparse(decorator).startswith(("hookimpl", "hookspec")) for decorator in function.decorator_list):
        return False
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return any(not isinstance(statement, ast.Pass) and ast.unparse(statement) != "..." for statement in body)


def test_of(module: str) -> str:
    """The path of the test file of a module: P/M.py -> tests/P/test_M.py, where relxfer itself leaves out its name."""
    path = Path(module)
    folder = Path(*path.parts[1:-1])
    name = path.parent.name if path.stem == "__init__" else path.stem
    return (Path("tests") / folder / f"test_{name.strip('_')}.py").as_posix()


test_of.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("relxfer/seeding.py", "tests/test_seeding.py"),
        ("relxfer/store/files.py", "tests/store/test_files.py"),
        ("relxfer/cli/__init__.py", "tests/cli/test_cli.py"),
        ("plugins/relxfer_kg/ultra/model.py", "tests/relxfer_kg/ultra/test_model.py"),
    ],
)
def test_a_test_file_mirrors_its_module(module, expected):
    assert test_of(module) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"""Names."""\nNAMES = ("a", "b")', False),
        ("class Task:\n    kind: str\n    answers: tuple[str, ...] = ()", False),
        ("class Learner(Protocol):\n    def predict(self):\n        return self.ask()", False),
        ('def hook():\n    """Called once."""', False),
        ("@hookimpl\ndef relxfer_datasets():\n    return [Dataset('a')]", False),
        ("class Model:\n    def size(self):\n        return 3", True),
        ("def double(x):\n    return 2 * x", True),
    ],
)
def test_what_counts_as_behaviour(tmp_path, code, expected):
    path = tmp_path / "module.py"
    path.write_text(code)
    assert has_behaviour(path) is expected


def test_every_module_with_behaviour_has_its_test_file():
    names = [path.relative_to(ROOT).as_posix() for path in MODULES if has_behaviour(path)]
    assert set(names) >= TESTED_ELSEWHERE.keys(), "an exemption names a module that is there"
    wanted = {name: test_of(name) for name in names if name not in TESTED_ELSEWHERE}
    missing = [f"{test} (for {name})" for name, test in wanted.items() if not (ROOT / test).is_file()]
    assert not missing, f"{len(missing)} test files are missing:\n" + "\n".join(missing)


def test_the_engine_has_at_most_24_entries():
    entries = {path.name for path in (ROOT / "relxfer").iterdir()} - {"__pycache__"}
    assert len(entries) <= 24, sorted(entries)


def test_no_folder_has_more_than_20_modules():
    """But for the command line, which has a file for every verb."""
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES)
    assert {folder: count for folder, count in counts.items() if count > 20 and folder != "relxfer/cli"} == {}


def test_no_module_has_more_than_350_lines():
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 350} == {}
