"""What is imported is declared, and the lowest versions that are allowed are tested."""

from __future__ import annotations

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for folder in ("relxfer", "plugins") for path in (ROOT / folder).rglob("*.py"))
OURS = {"relxfer", *(path.stem for path in (ROOT / "plugins").iterdir())}
#: Imported, and brought by a dependency that asks for one exact version of it.
BROUGHT = {"llvmlite": "numba", "pydantic-core": "pydantic", "triton": "torch"}

#: Modules of distributions with another name, where these are not installed.
ELSEWHERE = {"mlflow": ["mlflow-skinny"]}

distributions = cache(packages_distributions)


def declared() -> dict[str, Version]:
    """Distribution -> lowest version, of the dependencies and of all extras but those of developers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [need for extra, needs in extras.items() if extra not in ("docs", "dev") for need in needs]
    found = map(Requirement, [*project["dependencies"], *needed])
    bounds = {canonicalize_name(one.name): str(one.specifier) for one in found if one.name != "relxfer"}
    return {name: Version(bound.removeprefix(">=")) for name, bound in bounds.items()}


def constraints(name: str) -> dict[str, Version]:
    lines = [line for line in (ROOT / name).read_text().splitlines() if "==" in line]
    return {canonicalize_name(line.partition("==")[0]): Version(line.partition("==")[2]) for line in lines}


def imported(path: Path) -> set[str]:
    """Distributions of others that a file imports, at its top or later."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    names = {module.partition(".")[0] for module in modules} - OURS - sys.stdlib_module_names
    return {canonicalize_name(distributions().get(name, ELSEWHERE.get(name, [name]))[0]) for name in names}


def test_what_is_imported_is_declared():
    undeclared = {path: {BROUGHT.get(name, name) for name in imported(path)} - declared().keys() for path in FILES}
    assert not {str(path.relative_to(ROOT)): names for path, names in undeclared.items() if names}


def test_the_lowest_versions_are_those_of_the_constraints():
    """But for torch: others than the tested one take gigabytes."""
    torch = constraints("constraints.txt")["torch"]
    assert constraints("constraints-lowest.txt") == declared() | {"torch": torch}


def test_all_names_every_extra_but_those_of_developers():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (every,) = map(Requirement, extras["all"])
    assert every.name == "relxfer"
    assert every.extras == extras.keys() - {"all", "test", "docs", "dev"}
