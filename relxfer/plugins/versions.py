"""Versions of code for fingerprints: version numbers, with hashes of all files that can change a result."""

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

#: Examples, suites and templates in relxfer's own distribution, which cannot change a result.
_SHOWN = ("relxfer/shipped/", "relxfer/authoring/templates/")
#: Files outside the packages, which an installer generates.
_SCRIPTS = ("bin/", "Scripts/")
#: Module -> its `__spec__`, which a reload replaces, and the digest of its file when it was imported.
_imported: dict[str, tuple[Any, str | None]] = {}


class Versions:
    """The versions of distributions in one run; each is determined once, as imported code does not change later."""

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}
        self._files: dict[str, str | None] = {}  # digests of the files of these distributions
        self._seen: set[str] = set()  # modules that were checked before, so that a check covers only new ones

    def of(self, name: str, module: str | None = None) -> str:
        """The version of a distribution, and a hash of its files.

        name    of the distribution
        module  a module of it that is used, if it may not belong to its plugins

        Raises:
            PluginError: a file has changed since this process imported it.
        """
        if name not in self._versions:
            try:
                distribution = importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                return "unknown"
            digest, files = _imported_as(files_of(distribution, *filter(None, [module])))
            self._files |= files
            self._versions[name] = f"{distribution.version}+{digest}"
        return self._versions[name]

    def determined(self) -> dict[str, str]:
        """Every version that was determined, by distribution."""
        return dict(self._versions)

    def check(self) -> None:
        """Check that no module was imported from a file that has changed since its version was determined.

        Raises:
            Changed: there is such a module.
        """
        fresh = sys.modules.keys() - self._seen
        self._seen |= fresh
        for name, how, file in _loaded(self._files, fresh):
            if name in _imported and _imported[name][0] is how:
                continue
            _imported[name] = how, self._files[file]
            if contents.of_path(Path(file)) != self._files[file]:
                raise Changed.of([f"code ({file})"])


def unknown() -> set[str]:
    """The modules in memory of which it is not known from which state of their file they were imported."""
    return sys.modules.keys() - _imported.keys()


def check_age(modules: Iterable[str], since: float) -> None:
    """Check that modules may not be older than their files, for a process that was there before the run.

    modules  those of which it was not known, when the run came to this process, from which state they were imported
    since    when this process started

    Raises:
        Changed: a file that decides a result was changed later.
    """
    for name in sorted(_imported.keys() & set(modules)):
        file = getattr(sys.modules.get(name), "__file__", None)
        if file and os.stat(file).st_ctime > since:
            raise Changed(
                f"expected the code of {name} as {file} now has it, but the file has changed since this process "
                "started, which may have imported it before; restart the processes of the executor, then run again"
            )


def of_plugin(plugin: Any, names: Iterable[str]) -> str | None:
    """A hash of the code of a plugin that is not installed: its own module and the modules with these names.

    None if a module has no file, because its code cannot be identified then.

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
    tops = {code_files.outermost(file): name for name, file in sorted(modules.items())}  # a package has several
    files = {f"{name}:{key}": path for name in tops.values() for key, path in code_files.of(modules[name]).items()}
    return _imported_as(files)[0] if files else None


def _imported_as(files: Mapping[str, Path]) -> tuple[str, dict[str, str | None]]:
    """A hash of files with their names, and the digest of each by its path.

    `PluginError` where a file has changed since a module in memory was imported from it.
    """
    digests = {name: contents.of_path(path) for name, path in files.items()}
    places = {_real(str(path)): digests[name] for name, path in files.items()}
    loaded = list(_loaded(places, list(sys.modules)))
    fresh = {name: file for name, how, file in loaded if name not in _imported or _imported[name][0] is not how}
    for name, how, file in loaded:
        if _is_old(how, file) if name in fresh else _imported[name][1] != places[file]:
            raise PluginError(
                f"expected the code of {name} as it was imported, but {file} has changed since; reload it "
                "(importlib.reload), or restart Python"
            )
    other = {name for name, file in fresh.items() if name in _imported and _imported[name][1] != places[file]}
    for name, _, file in loaded if other else ():
        if name not in fresh and (taken := other & code_files.taken_from(Path(file), name)):
            raise PluginError(
                f"expected {name} to be reloaded with {min(taken)}, from which it imports names, but only {min(taken)} "
                f"was; reload {name} too, or restart Python"
            )
    _imported.update((name, (how, places[file])) for name, how, file in loaded)
    return fingerprint(digests)[:12], places


def _is_old(how: Any, file: str) -> bool:
    """Whether a module was imported from other code than its file now holds, judged by its byte code."""
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
    """The modules in memory with these names that come from these files: name, `__spec__`, file."""
    for name in names:
        members = getattr(sys.modules.get(name), "__dict__", {})
        file = members.get("__file__")
        if isinstance(file, str) and (real := _real(file)) in files:
            yield name, members.get("__spec__"), real


_real = functools.cache(os.path.realpath)


def files_of(distribution: importlib.metadata.Distribution, *modules: str) -> dict[str, Path]:
    """The files of a distribution that can change a result, by names that do not depend on where it is installed.

    modules  modules that are used in addition to its plugins
    """
    if _editable(distribution):
        files = _of_project(distribution, modules)
        return {name: path for name, path in files.items() if not name.startswith(_SHOWN)}
    recorded = {_key(path.parts): Path(str(path.locate())) for path in distribution.files or () if _decides(path.parts)}
    if recorded:
        return dict(sorted(recorded.items()))
    return _of_modules(distribution, modules)


def _decides(parts: tuple[str, ...]) -> bool:
    """Whether a recorded file of a distribution is code, or data that code may read."""
    name = _key(parts)
    if parts[0].endswith((".dist-info", ".egg-info")):
        return parts[1:] == ("entry_points.txt",)
    if parts[0] == ".." and name.startswith(_SCRIPTS):
        return False
    return not os.path.isabs(name) and not name.endswith(".pyc") and not name.startswith(_SHOWN)


def _key(parts: tuple[str, ...]) -> str:
    """The name of a recorded file, without the place of installation and the version."""
    own = parts[1:] if parts[0].endswith(".dist-info") else parts
    return "/".join(part for part in own if part != "..")


def _of_modules(distribution: importlib.metadata.Distribution, modules: Iterable[str]) -> dict[str, Path]:
    """The files of the packages of these modules and of the plugins of a distribution, wherever they are."""
    offered = [point.module for point in distribution.entry_points if point.group == "relxfer"]
    placed = {name: file for name in sorted({*modules, *offered}) if (file := _file_of(name))}
    tops = {code_files.outermost(file, name): name for name, file in placed.items()}  # several may be in one package
    return {key: path for name in tops.values() for key, path in code_files.of(placed[name], name).items()}


def _editable(distribution: importlib.metadata.Distribution) -> bool:
    text = distribution.read_text("direct_url.json")
    return bool(text and json.loads(text).get("dir_info", {}).get("editable"))


def _of_project(distribution: importlib.metadata.Distribution, modules: Iterable[str]) -> dict[str, Path]:
    """For an editable distribution: the files that belong to its plugins, and its entry points."""
    points = [path for path in distribution.files or () if path.parts[1:] == ("entry_points.txt",)]
    return _of_modules(distribution, modules) | {path.name: Path(str(path.locate())) for path in points}


def _file_of(module: str) -> Path | None:
    """The file of a module; None if it has none, as in a notebook."""
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
