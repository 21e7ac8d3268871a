"""Versions of code, for fingerprints: with a hash of every file that can decide a result."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from importlib.machinery import SourceFileLoader, SourcelessFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

from relxfer.errors import Changed, PluginError
from relxfer.plugins import code_files
from relxfer.store import contents
from relxfer.store.files import fingerprint

#: Of relxfer's own distribution: examples, suites and templates, which decide no result.
_SHOWN = ("relxfer/shipped/", "relxfer/authoring/templates/")
#: Beside its packages, what an installer writes itself.
_SCRIPTS = ("bin/", "Scripts/")
#: module -> how it was imported, which a reload replaces, and the digest that its file had
_imported: dict[str, tuple[Any, str | None]] = {}


class Versions:
    """Versions of distributions as one run has them, each told once: what was imported stays as it is."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._files: dict[str, str | None] = {}  # digests of the files behind what was told
        self._seen: set[str] = set()  # modules that were looked at: a check after every cell looks at new ones only

    def of(self, name: str, module: str | None = None) -> str:
        """The version of a distribution, and a hash of its files.

        module  one of it that takes part, where it need not be offered as a plugin

        Raises:
            PluginError: a file has changed since this process imported it.
        """
        if name not in self._told:
            try:
                distribution = importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                return "unknown"
            digest, files = _imported_as(files_of(distribution, *filter(None, [module])))
            self._files |= files
            self._told[name] = f"{distribution.version}+{digest}"
        return self._told[name]

    def check(self) -> None:
        """`Changed` where something was imported from a file that is no longer the one whose version was told."""
        fresh = sys.modules.keys() - self._seen
        self._seen |= fresh
        for name, how, file in _loaded(self._files, fresh):
            if name in _imported and _imported[name][0] is how:
                continue
            _imported[name] = how, self._files[file]
            if contents.of_path(Path(file)) != self._files[file]:
                raise Changed.of([f"code ({file})"])


def of_plugin(plugin: Any, names: Iterable[str]) -> str | None:
    """A hash of the code of a plugin that is not installed: of its own module and those of these names.

    None where a module has no file: its code cannot be known again.

    Raises:
        PluginError: a file has changed since this process imported it.
    """
    own = getattr(plugin, "__file__", None)
    modules = {"": Path(own)} if own and Path(own).is_file() else {}
    for name in names:
        file = _file_of(name)
        if file is None:
            return None
        modules |= {} if _foreign(file) else {name: file}
    files = {f"{name}:{key}": path for name, file in modules.items() for key, path in code_files.of(file).items()}
    return _imported_as(files)[0] if files else None


def _imported_as(files: Mapping[str, Path]) -> tuple[str, dict[str, str | None]]:
    """A hash of files under their names, and the digest of each by its place.

    `PluginError` where one is no longer what a module in memory was imported from.
    """
    digests = {name: contents.of_path(path) for name, path in files.items()}
    places = {_real(str(path)): digests[name] for name, path in files.items()}
    loaded = list(_loaded(places, list(sys.modules)))
    fresh = {name: file for name, how, file in loaded if name not in _imported or _imported[name][0] is not how}
    for name, how, file in loaded:
        if _is_old(how, file) if name in fresh else _imported[name][1] != places[file]:
            raise PluginError(
                f"expected the code of {name} as it was imported, got {file} changed since; reload it "
                "(importlib.reload), or start Python again"
            )
    other = {name for name, file in fresh.items() if name in _imported and _imported[name][1] != places[file]}
    for name, _, file in loaded if other else ():
        if name not in fresh and (taken := other & code_files.taken_from(Path(file), name)):
            raise PluginError(
                f"expected {name} to be imported after {min(taken)}, from which it takes names, got {min(taken)} "
                f"reloaded alone; reload {name} too, or start Python again"
            )
    _imported.update((name, (how, places[file])) for name, how, file in loaded)
    return fingerprint(digests)[:12], places


def _is_old(how: Any, file: str) -> bool:
    """Whether a module was imported from other code than its file holds, where the import left it as byte code."""
    if sys.dont_write_bytecode or type(getattr(how, "loader", None)) is not SourceFileLoader or not how.cached:
        return False
    try:
        compiled, now = Path(how.cached).read_bytes(), os.stat(file)
        state = tuple(int.from_bytes(compiled[at : at + 4], "little") for at in (4, 8, 12))
        if compiled[:4] != MAGIC_NUMBER or state[0] or state[1:] == (int(now.st_mtime), now.st_size):
            return False
        was = SourcelessFileLoader(how.name, how.cached).get_code(how.name)
        return bool(was != how.loader.source_to_code(Path(file).read_bytes(), file))
    except (OSError, ValueError, EOFError, ImportError, SyntaxError):
        return False


def _loaded(files: Container[str], names: Iterable[str]) -> Iterator[tuple[str, Any, str]]:
    """Of the modules in memory under these names those that come from these files: name, how imported, file."""
    for name in names:
        known = getattr(sys.modules.get(name), "__dict__", {})
        file = known.get("__file__")
        if isinstance(file, str) and (real := _real(file)) in files:
            yield name, known.get("__spec__"), real


_real = functools.cache(os.path.realpath)


def files_of(distribution: importlib.metadata.Distribution, *modules: str) -> dict[str, Path]:
    """What can decide a result, by names that do not depend on where it is installed.

    modules  those that take part beside the plugins that it offers
    """
    if _editable(distribution):
        found = _of_project(distribution, modules)
        return {name: path for name, path in found.items() if not name.startswith(_SHOWN)}
    recorded = {_key(path.parts): Path(str(path.locate())) for path in distribution.files or () if _decides(path.parts)}
    if recorded:
        return dict(sorted(recorded.items()))
    return _of_modules(distribution, modules)


def _decides(parts: tuple[str, ...]) -> bool:
    """Whether a file that an installer recorded is code, or data that code reads."""
    name = _key(parts)
    if parts[0].endswith((".dist-info", ".egg-info")):
        return parts[1:] == ("entry_points.txt",)
    if parts[0] == ".." and name.startswith(_SCRIPTS):
        return False
    return not os.path.isabs(name) and not name.endswith(".pyc") and not name.startswith(_SHOWN)


def _key(parts: tuple[str, ...]) -> str:
    """The name of a recorded file: without what says where it is installed, or which version it is of."""
    own = parts[1:] if parts[0].endswith(".dist-info") else parts
    return "/".join(part for part in own if part != "..")


def _of_modules(distribution: importlib.metadata.Distribution, modules: Iterable[str]) -> dict[str, Path]:
    """The packages of these modules and of those that it offers as plugins, where they really lie."""
    offered = [point.module for point in distribution.entry_points if point.group == "relxfer"]
    placed = {name: file for name in sorted({*modules, *offered}) if (file := _file_of(name))}
    return {key: path for name, file in placed.items() for key, path in code_files.of(file, name).items()}


def _editable(distribution: importlib.metadata.Distribution) -> bool:
    text = distribution.read_text("direct_url.json")
    return bool(text and json.loads(text).get("dir_info", {}).get("editable"))


def _of_project(distribution: importlib.metadata.Distribution, modules: Iterable[str]) -> dict[str, Path]:
    """Of an editable distribution: what its plugins go with, and how they are named."""
    points = [path for path in distribution.files or () if path.parts[1:] == ("entry_points.txt",)]
    return _of_modules(distribution, modules) | {path.name: Path(str(path.locate())) for path in points}


def _file_of(module: str) -> Path | None:
    """Where a module lies; None where it has no file, as what is typed into a notebook."""
    import importlib.util

    loaded = sys.modules.get(module)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        return Path(file) if file else None
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, AttributeError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.has_location and spec.origin else None


def _foreign(file: Path) -> bool:
    """Whether a module belongs to Python or to an installed distribution."""
    import sysconfig

    paths = sysconfig.get_paths()
    return any(file.is_relative_to(paths[key]) for key in ("stdlib", "platstdlib", "purelib", "platlib"))
