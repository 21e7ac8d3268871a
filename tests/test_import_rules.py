"""Who may import whom, and how large anything may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE = sorted(path for path in (ROOT / "relxfer").rglob("*.py") if "templates" not in path.parts)
PLUGINS = sorted((ROOT / "plugins").glob("relxfer_*/**/*.py"))
STRATEGIES = [path for path in PLUGINS if "relxfer_strategies" in path.parts]
#: The packages and modules of the engine, each of which imports only what stands before it.
ORDER = (
    "errors", "seeding", "contract", "store", "plugins", "authoring", "declare", "data", "plan", "train", "judge",
    "results", "execute", "choose", "report", "predict", "bench", "testing", "api", "cli", "__main__",
)  # fmt: skip
#: The same of plugins.
ORDERS = {
    "relxfer_social": (
        "headings", "in_memory", "options", "weights", "edges", "edge_kinds", "network", "new_edges", "placed",
        "tensors", "features", "estimation", "model", "architectures", "learner", "links", "domain", "files", "data",
        "strategies", "relatedness", "priors", "propagation", "adapter", "explained",
    ),
    "relxfer_vision": (
        "headings", "options", "weights", "model", "pictures", "domain", "files", "data", "architectures", "libraries",
        "learner", "adapter",
    ),
}  # fmt: skip
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
#: The only modules of the engine that may import a heavy library when they are imported.
WITH_TORCH = {
    "relxfer.authoring.adversary",
    "relxfer.authoring.batch_norm",
    "relxfer.authoring.device",
    "relxfer.authoring.discrepancies",
    "relxfer.authoring.forward",
    "relxfer.authoring.joint_training",
    "relxfer.authoring.low_rank",
    "relxfer.authoring.named_head",
    "relxfer.authoring.torch_learner",
    "relxfer.train.average",
    "relxfer.train.checkpoint",
    "relxfer.train.groups",
    "relxfer.train.phase",
    "relxfer.train.single_value",
    "relxfer.train.trainer",
}


def dotted(path: Path) -> str:
    base = ROOT / "plugins" if "plugins" in path.relative_to(ROOT).parts[:1] else ROOT
    name = ".".join(path.relative_to(base).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = {dotted(path): path for path in (*ENGINE, *PLUGINS)}


def statements(path: Path, top: bool) -> Iterator[ast.AST]:
    """Of a module, without what stands under `if TYPE_CHECKING`; `top`: without what stands in functions."""
    left: list[ast.AST] = [ast.parse(path.read_text())]
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if top and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield node
        left.extend(ast.iter_child_nodes(node))


def imported(path: Path, top: bool = False) -> set[str]:
    """Modules that a file imports when it runs; `top`: when it is imported."""
    names: set[str] = set()
    for node in statements(path, top):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            inner = members & MODULES.keys()
            names |= inner
            if len(inner) < len(members):
                names.add(node.module)
    return names


def identifiers(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {word for name in names for word in name.lower().split("_")}


def id_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", ENGINE, ids=id_of)
def test_the_engine_imports_no_plugin_and_knows_no_modality(path):
    assert not {name for name in imported(path) if name.split(".")[0].startswith("relxfer_")}
    if "testing" not in path.parts:
        assert not identifiers(path) & MODALITIES


@pytest.mark.parametrize("path", STRATEGIES, ids=id_of)
def test_strategies_know_no_modality(path):
    others = {"relxfer_kg", "relxfer_social", "relxfer_vision"}
    assert not {name.split(".")[0] for name in imported(path)} & others
    assert not identifiers(path) & MODALITIES


@pytest.mark.parametrize("path", PLUGINS, ids=id_of)
def test_a_plugin_imports_no_other_one(path):
    own = dotted(path).split(".")[0]
    others = {name.split(".")[0] for name in imported(path) if name.startswith("relxfer_")} - {own}
    assert others <= {"relxfer_strategies"}  # strategies of one modality build on those of none


@pytest.mark.parametrize("path", ENGINE, ids=id_of)
def test_heavy_libraries_are_imported_late(path):
    if dotted(path) not in WITH_TORCH and "testing" not in path.parts:
        assert not {name.split(".")[0] for name in imported(path, top=True)} & HEAVY


@pytest.mark.parametrize("path", [path for path in ENGINE if path.parent != ROOT / "relxfer"], ids=id_of)
def test_packages_import_one_way(path):
    """A package imports those before it in `ORDER`; all may import `relxfer` itself, which holds the version."""
    own = dotted(path).split(".")[1]
    packages = {name.split(".")[1] for name in imported(path) if name.startswith("relxfer.")}
    assert {package for package in packages if ORDER.index(package) > ORDER.index(own)} == set()


@pytest.mark.parametrize("plugin", ORDERS)
def test_packages_of_a_plugin_import_one_way(plugin):
    order = ORDERS[plugin]
    inside = {name: path for name, path in MODULES.items() if name.startswith(f"{plugin}.")}
    assert {name.split(".")[1] for name in inside} == set(order)
    arrows = {
        (name, needed) for name, path in inside.items() for needed in imported(path) if needed.startswith(f"{plugin}.")
    }
    package = {name: order.index(name.split(".")[1]) for name in inside}
    assert {(name, needed) for name, needed in arrows if package[needed] > package[name]} == set()


@pytest.mark.parametrize(
    "root", ["relxfer", "relxfer_clusters", "relxfer_kg", "relxfer_social", "relxfer_vision", "relxfer_strategies"]
)
def test_no_modules_import_one_another_in_a_circle(root):
    arrows = {name: imported(path) & MODULES.keys() for name, path in MODULES.items() if name.split(".")[0] == root}
    while free := {name for name, needed in arrows.items() if not needed & arrows.keys() - {name}}:
        arrows = {name: needed for name, needed in arrows.items() if name not in free}
    assert arrows == {}


#: Modules with objects that can open a test.
OPEN_TESTS = {
    f"relxfer.execute.{name}" for name in ("sealed", "domains", "cell", "engine", "jobs", "runner", "collect")
}


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("relxfer.execute.transfers.")])
def test_what_trains_imports_nothing_that_opens_a_test(module):
    """Not even by way of other modules; `tests/execute/transfers/test_transfer.py` looks at the objects."""
    seen, left = set(), [module]
    while left:
        name = left.pop()
        if name not in seen and name in MODULES:
            seen.add(name)
            left += imported(MODULES[name])
    assert len(seen) > 1
    assert not seen & OPEN_TESTS


#: Names of kinds of task, which only the package that offers them may spell.
KINDS = {"classification", "clustering", "link-prediction", "multi-label", "ranking", "regression"}


def test_the_engine_has_no_branch_on_a_kind_of_task():
    """A kind of task is asked, never compared by its name; data sets for tests have tasks of their own."""
    outside = [path for path in ENGINE if path.relative_to(ROOT / "relxfer").parts[0] not in ("judge", "testing")]
    named = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for path in outside
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in KINDS
    }
    assert not named
