"""The packages of the plugin import one way, imports of types and imports inside functions included."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import relxfer_kg

ROOT = Path(relxfer_kg.__file__).parent
#: Each package or module imports those before it only. Facts and the kernels on them come first, then scoring that any
#: architecture can use, then data, then training, and architectures last: `ultra` and `trix` stand side by side.
ORDER = (
    "graph", "named", "slots", "kernels", "layers", "scoring", "questions", "predicted", "half_links",
    "asking", "domain",
    "files", "options", "data", "training", "relatedness", "linked", "priors", "adapter", "learner", "dense",
    "weight_files", "ultra", "trix", "__init__",
)  # fmt: skip
#: The packages that belong to one architecture; no other package imports them.
ARCHITECTURES = {"ultra", "trix"}
FILES = sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(("relxfer_kg", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FILES}


def imported(path: Path) -> set[str]:
    """Modules of the plugin that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names & MODULES.keys() - {"relxfer_kg"}


def package_of(name: str) -> str:
    return (name.split(".") + ["__init__"])[1]


def test_the_order_names_every_package():
    assert {package_of(name) for name in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_package_imports_those_before_it(path):
    own = package_of(name_of(path))
    packages = {package_of(name) for name in imported(path)}
    assert {package for package in packages if ORDER.index(package) > ORDER.index(own)} == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_shared_imports_an_architecture(path):
    own = package_of(name_of(path))
    assert not {package_of(name) for name in imported(path)} & ARCHITECTURES - {own}


def test_no_modules_import_one_another_in_a_circle():
    """Within packages too."""
    arrows = {name: imported(path) - {name} for name, path in MODULES.items()}
    while free := {name for name, needed in arrows.items() if not needed & arrows.keys()}:
        arrows = {name: needed for name, needed in arrows.items() if name not in free}
    assert arrows == {}


def test_planning_loads_neither_torch_nor_numba():
    """What a listing, a check or a plan imports."""
    light = ("adapter", "domain", "options", "training.negatives", "training.subgraph", "ultra.model", "ultra.weights",
             "trix.model", "trix.weights")  # fmt: skip
    code = (
        f"import sys, {', '.join(f'relxfer_kg.{name}' for name in light)}\n"
        "assert not {'torch', 'numba'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
