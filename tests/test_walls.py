"""Who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE = sorted((ROOT / "relxfer").rglob("*.py"))
STRATEGIES = sorted((ROOT / "plugins" / "relxfer_strategies").rglob("*.py"))
#: Words of one modality. `graph` and `image` may occur in prose; as identifiers they may not.
MODALITIES = {
    "graph",
    "entity",
    "entities",
    "triple",
    "edge",
    "edges",
    "node",
    "nodes",
    "image",
    "images",
    "pixel",
}
HEAVY = {"torch", "torch_geometric", "scipy", "sklearn", "numba", "pandas", "networkx"}


def imported(path: Path, top: bool = False) -> set[str]:
    """Modules a file imports; `top`: at import time only."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top else ast.walk(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def identifiers(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {word for name in names for word in name.lower().split("_")}


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_engine_imports_no_plugin_and_knows_no_modality(path):
    assert not {name for name in imported(path) if name.split(".")[0].startswith("relxfer_")}
    if "testing" not in path.parts and path.name != "testing.py":
        assert not identifiers(path) & MODALITIES


@pytest.mark.parametrize("path", STRATEGIES, ids=lambda p: p.name)
def test_strategies_know_no_modality(path):
    others = {"relxfer_kg", "relxfer_social", "relxfer_vision"}
    assert not {name.split(".")[0] for name in imported(path)} & others
    assert not identifiers(path) & MODALITIES


#: The only modules of the engine that may import torch when they are imported.
WITH_TORCH = {"checkpoint.py", "fit.py", "trainer.py", "single.py", "torch.py", "testing.py"}


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_libraries_are_imported_late(path):
    if path.name not in WITH_TORCH and "testing" not in path.parts:
        assert not {name.split(".")[0] for name in imported(path, top=True)} & HEAVY


def test_arrows_go_one_way():
    """errors <- records, protocols <- plugins, resolve <- engine <- runner <- cli, report."""
    low = {
        "errors.py",
        "records.py",
        "hookspecs.py",
        "protocols.py",
        "config.py",
        "mistakes.py",
        "tables.py",
        "plugins.py",
        "resolve.py",
        "plan.py",
    }
    high = {
        "relxfer.execute.engine",
        "relxfer.execute.runner",
        "relxfer.cli",
        "relxfer.report",
        "relxfer.train.trainer",
        "relxfer.train.phase",
    }
    for path in ENGINE:
        if path.name in low and path.parent.name == "relxfer":
            found = {name for name in imported(path, top=True) if any(name.startswith(h) for h in high)}
            assert not found, f"{path.name} imports {found}"
