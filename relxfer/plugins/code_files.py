"""The files that belong to the code of a module: those of its package, or those that it names in its own folder."""

from __future__ import annotations

import ast
import functools
import os
import re
import tomllib
from collections.abc import Iterator, Set
from pathlib import Path

from relxfer.store import contents

#: Folders of a package whose content does not change what it does.
LEFT_OUT = frozenset(("tests",))


def of(file: Path, module: str | None = None) -> dict[str, Path]:
    """Name -> path of the files that the code of a module consists of.

    For a module in a package, these are the files of the outermost package and of the modules beside it that it
    imports; for a module in no package, those that `named` returns.

    file    the file of the module
    module  its full name, which identifies the outermost package even without an `__init__.py`
    """
    top = outermost(file, module)
    files: dict[str, Path] = {}
    waiting = [(module.partition(".")[0] if module else top.stem, top)]
    while waiting:
        name, place = waiting.pop()
        fresh = {f"{name}/{key}": path for key, path in _all(place).items()} if place.is_dir() else named(place)
        new = [path for key, path in fresh.items() if key not in files and path.suffix == ".py"]
        files |= fresh
        if place.is_dir():
            waiting += [(path.stem, path) for path in _modules_beside(place, set().union(*map(_tops, new)))]
    return files


def _all(folder: Path) -> dict[str, Path]:
    return contents.below(folder, LEFT_OUT)


def outermost(file: Path, module: str | None = None) -> Path:
    """The folder of the outermost package, or the file of a module in no package."""
    levels = (module or "").count(".") + (file.name == "__init__.py")
    if module and levels:
        return file.parents[levels - 1]
    top = file
    while (top.parent / "__init__.py").exists():
        top = top.parent
    return top


def _modules_beside(package: Path, names: Set[str]) -> list[Path]:
    """Modules and packages with these names beside a package; none in a folder where distributions are installed."""
    if _installed(package.parent):
        return []
    wanted = {each for name in names - LEFT_OUT for each in (name, f"{name}.py")}
    places = [package.parent / name for name in sorted(wanted & set(os.listdir(package.parent)))]
    return [place for place in places if place != package and (place.is_file() or _has_code(place))]


def _has_code(folder: Path) -> bool:
    return not contents.left_out(folder) and any(folder.rglob("*.py"))


def _installed(folder: Path) -> bool:
    return any(folder.glob("*.dist-info"))


def taken_from(file: Path, name: str) -> set[str]:
    """The modules from which the module `name` imports names (`from module import x`)."""
    tree, modules = _parsed(file), set()
    for item in ast.walk(tree) if tree else ():
        if isinstance(item, ast.ImportFrom) and item.module:
            above = name.split(".")[: -item.level + (file.name == "__init__.py") or None] if item.level else []
            modules.add(".".join([*above, item.module]))
    return modules


#: Matches `import a, b.c`, `from a.b import c`, `"a.b:c"` and `import_module("a.b")`.
_IMPORT = re.compile(
    rb"""^[ \t]*(?:import[ \t]+([^#;\n]+)|from[ \t]+(\w+))|["'](\w+)(?:\.\w+)*:\w+["']|import_module\(["'](\w+)""", re.M
)


def _tops(file: Path) -> Set[str]:
    """The top-level names that a module may import, by a pattern, because parsing all files of a package is slow."""
    try:
        state = file.stat()
        return _tops_of(str(file), state.st_mtime_ns, state.st_size, state.st_ino)
    except OSError:  # a broken link; an unreadable file is reported when it is hashed
        return set()


@functools.cache
def _tops_of(path: str, *state: int) -> Set[str]:
    imports = _IMPORT.findall(Path(path).read_bytes())
    names = {each for many, *single in imports for each in (*many.split(b","), *single)}
    return {name.split()[0].partition(b".")[0].decode() for name in names if name.strip()}


def named(file: Path) -> dict[str, Path]:
    """Name -> path of a module and of the files in its folder that it uses.

    It uses those that it names in an import or a string, and those that the named modules use.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, text in {"a.py": "import b", "b.py": "open('c.json')", "c.json": "", "d.py": ""}.items():
    ...     _ = (folder / name).write_text(text)
    >>> list(named(folder / "a.py"))
    ['a.py', 'b.py', 'c.json']
    """
    files, waiting = {file}, [file]
    if _installed(file.parent):  # the other modules there belong to other distributions
        waiting = []
    while waiting:
        fresh = set(_beside(file.parent, _names(waiting.pop()))) - files
        files |= fresh
        waiting += [path for path in fresh if path.suffix == ".py"]
    return dict(sorted((path.relative_to(file.parent).as_posix(), path) for path in files))


def _parsed(file: Path) -> ast.Module | None:
    try:
        return ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def data(file: Path) -> dict[str, Path]:
    """Name -> path of the files in the folder of a module, other than code, that its strings name."""
    paths = sorted(_beside(file.parent, _strings(file)))
    return {path.relative_to(file.parent).as_posix(): path for path in paths if path.suffix != ".py"}


def _names(file: Path) -> set[str]:
    """The names that a module imports, and those that its strings may refer to."""
    tree, names = _parsed(file), _strings(file)
    for item in ast.walk(tree) if tree else ():
        if isinstance(item, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in item.names)
        elif isinstance(item, ast.ImportFrom):
            dotted = [item.module] if item.module else [alias.name for alias in item.names]
            names.update(name.partition(".")[0] for name in dotted)
    return names


def _strings(file: Path) -> set[str]:
    """The names that the strings of a module may refer to: of a file, in a path, or in `module:attr`."""
    tree, names = _parsed(file), set[str]()
    for item in ast.walk(tree) if tree else ():
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            text = item.value
            names.update((*text.split("/"), text.partition(":")[0].partition(".")[0]))
            names.update([file.stem + text] if text.startswith(".") else [])  # with_suffix
    return names


def _beside(folder: Path, names: Set[str]) -> Iterator[Path]:
    """Files and modules with these names, and all files in folders with these names.

    Run directories and configurations of runs are left out: they are results of the code, or settings beside it.
    """
    here = Path(os.path.realpath(folder))
    for item in os.scandir(folder):
        path = Path(item.path)
        if item.name.startswith(".") or (item.name not in names and not (path.suffix == ".py" and path.stem in names)):
            continue
        if item.is_file():
            yield from [] if _is_configuration(path) else [path]
        elif item.is_dir() and not contents.left_out(path) and not here.is_relative_to(os.path.realpath(path)):
            yield from _all(path).values()


def _is_configuration(file: Path) -> bool:
    if file.suffix != ".toml":
        return False
    try:
        return "target" in tomllib.loads(file.read_text())
    except (OSError, ValueError):
        return False
