"""Python files of the user's own folder: searched without running them, hashed, and run as they were hashed.

A module and the files that it imports from its own folder are a *code*. Its modules are put into `sys.modules` under
names that no other code has, so that files of one name in two folders, or before and after a change, are not confused.
Whatever is imported by a name that is made while the code runs is not hashed, and not loaded from the folder.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from relxfer.plugins import code_files
from relxfer.store import contents
from relxfer.store.files import sha256


@dataclass(frozen=True)
class File:
    """One module of a code; a package without a file of its own has no source."""

    path: Path
    source: bytes
    is_package: bool


@dataclass(frozen=True)
class UserCode:
    """A module in `folder` and what it imports from there, by dotted name."""

    folder: Path
    files: Mapping[str, File]

    @classmethod
    def find(cls, folder: Path, name: str) -> UserCode | None:
        """None where the folder has no such module."""
        files: dict[str, File] = {}
        wanted = [name] if _file(folder, name) else []
        while wanted:
            for each in _with_parents(wanted.pop()):
                if each not in files and (file := _file(folder, each) or _bare(folder, each)):
                    files[each] = file
                    named = _imports(each, file)
                    wanted += [made for name in named for made in _expanded(folder, name) if _file(folder, made)]
        return cls(folder, files) if files else None

    @property
    def digest(self) -> str:
        """Of names and contents, and of the files that strings in them name, wherever the folder lies."""
        modules = [each for name in sorted(self.files) for each in (name, self.files[name].source)]
        data = [each for name, path in self._data() for each in (name, contents.of_path(path) or "")]
        return sha256(*modules, *data)

    def _data(self) -> Iterator[tuple[str, Path]]:
        for name in sorted(self.files):
            if self.files[name].source:
                yield from ((f"{name}:{key}", path) for key, path in code_files.data(self.files[name].path).items())

    def load(self, name: str) -> ModuleType:
        """The module, run once for each content of the code; raises whatever it raises."""
        root = f"relxfer_user_{sha256(self.digest, str(self.folder))[:16]}"
        if root not in sys.modules:
            package = ModuleType(root)
            package.__path__ = []
            sys.modules[root] = package
        return _Loading(self, root).module(name)


@dataclass(frozen=True)
class _Loading:
    code: UserCode
    root: str

    def module(self, name: str) -> ModuleType:
        full = f"{self.root}.{name}"
        if full in sys.modules:
            return sys.modules[full]
        above, _, last = name.rpartition(".")
        parent = self.module(above) if above else sys.modules[self.root]
        if full in sys.modules:  # its package has imported it
            return sys.modules[full]
        file = self.code.files[name]
        made = sys.modules[full] = self._empty(full, file)
        try:
            exec(compile(file.source, str(file.path), "exec", dont_inherit=True), vars(made))
        except BaseException:
            sys.modules.pop(full, None)
            raise
        setattr(parent, last, made)
        return made

    def _empty(self, full: str, file: File) -> ModuleType:
        spec = importlib.util.spec_from_loader(full, loader=None, origin=str(file.path), is_package=file.is_package)
        assert spec is not None
        made = importlib.util.module_from_spec(spec)
        made.__file__ = str(file.path)
        vars(made)["__builtins__"] = vars(builtins) | {"__import__": self._import}
        return made

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """`import` as the code's modules see it: its own files first."""
        own = self._own(name, globals or {}, level)
        if own and own not in self.code.files:
            return importlib.__import__(name, globals, locals, fromlist or (), level)
        module = self.module(own) if own else sys.modules[self.root]
        if not fromlist:
            return sys.modules[f"{self.root}.{own.partition('.')[0]}"]
        for each in getattr(module, "__all__", ()) if "*" in fromlist else fromlist:
            below = f"{own}.{each}".removeprefix(".")
            if below in self.code.files and not hasattr(module, each):
                self.module(below)
        return module

    def _own(self, name: str, globals: Mapping[str, Any], level: int) -> str:
        """The name within the code; of `from . import x` that of the package."""
        package = str(globals.get("__package__") or self.root)
        full = importlib.util.resolve_name("." * level + name, package) if level else f"{self.root}.{name}"
        return full.removeprefix(self.root).removeprefix(".")


def _file(folder: Path, name: str) -> File | None:
    place = folder.joinpath(*name.split("."))
    for path, package in ((place / "__init__.py", True), (place.with_name(place.name + ".py"), False)):
        if name and os.path.isfile(path):
            return File(path, path.read_bytes(), package)
    return None


def _bare(folder: Path, name: str) -> File | None:
    """A folder of modules without `__init__.py`."""
    place = folder.joinpath(*name.split("."))
    return File(place, b"", is_package=True) if os.path.isdir(place) else None


def _expanded(folder: Path, name: str) -> list[str]:
    package, star, _ = name.rpartition("*")
    if not star:
        return [name]
    return [package + path.stem for path in sorted(folder.joinpath(*package.split(".")).glob("*.py"))]


def _with_parents(name: str) -> list[str]:
    names = name.split(".")
    return [".".join(names[:end]) for end in range(1, len(names) + 1)]


def _imports(name: str, file: File) -> Iterator[str]:
    """Every dotted name that a module may mean by its imports; none where it is no Python, which shows when it runs.

    `from package import *` may mean any of its modules.
    """
    try:
        tree = ast.parse(file.source)
    except (SyntaxError, ValueError, RecursionError):
        return
    package = name if file.is_package else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*filter(None, above), *filter(None, [node.module])])
            yield from (base, *(f"{base}.{alias.name}".strip(".") for alias in node.names))
