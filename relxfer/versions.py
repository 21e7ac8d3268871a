"""Versions of code, for fingerprints: with a hash of every file that can decide a result."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from relxfer import contents, neighbours
from relxfer.errors import Changed, PluginError
from relxfer.files import fingerprint

#: Of a project that is installed editable, beside hidden folders: what is not imported in a run.
_NOT_CODE = frozenset(
    ("tests", "examples", "benchmarks", "docs", "scripts", "build", "dist", "node_modules", "site-packages")
    + ("setup.py", "conftest.py", "noxfile.py")
)
#: Of relxfer's own distribution: examples, suites and templates, which decide no result.
_SHOWN = ("relxfer/shipped/", "relxfer/templates/")
#: module -> how it was imported, which a reload replaces, and the digest that its file had
_imported: dict[str, tuple[Any, str | None]] = {}


class Versions:
    """Versions of distributions as one run has them, each told once: what was imported stays as it is."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._files: dict[str, str | None] = {}  # digests of the files behind what was told

    def of(self, name: str) -> str:
        """The version of a distribution, and a hash of its files.

        Raises:
            PluginError: a file has changed since this process imported it.
        """
        if name not in self._told:
            try:
                distribution = importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                return "unknown"
            digest, files = _imported_as(files_of(distribution))
            self._files |= files
            self._told[name] = f"{distribution.version}+{digest}"
        return self._told[name]

    def check(self) -> None:
        """`Changed` where something was imported from a file that is no longer the one whose version was told."""
        for name, how, file in _loaded(self._files):
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
    files = {f"{name}:{key}": path for name, file in modules.items() for key, path in neighbours.of(file).items()}
    return _imported_as(files)[0] if files else None


def _imported_as(files: Mapping[str, Path]) -> tuple[str, dict[str, str | None]]:
    """A hash of files under their names, and the digest of each by its place.

    `PluginError` where one is no longer what a module in memory was imported from.
    """
    digests = {name: contents.of_path(path) for name, path in files.items()}
    places = {_real(str(path)): digests[name] for name, path in files.items()}
    for name, how, file in _loaded(places):
        if name in _imported and _imported[name][0] is how and _imported[name][1] != places[file]:
            raise PluginError(
                f"expected the code of {name} as it was imported, got {file} changed since; reload it "
                "(importlib.reload), or start Python again"
            )
        _imported[name] = how, places[file]
    return fingerprint(digests)[:12], places


def _loaded(files: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Modules in memory that come from these files: name, how they were imported, file."""
    for name, module in list(sys.modules.items()):
        known = getattr(module, "__dict__", {})
        file = known.get("__file__")
        if isinstance(file, str) and (real := _real(file)) in files:
            yield name, known.get("__spec__"), real


_real = functools.cache(os.path.realpath)


def files_of(distribution: importlib.metadata.Distribution) -> dict[str, Path]:
    """What can decide a result, by names that do not depend on where it is installed."""
    project = _editable_folder(distribution)
    if project is not None:
        found = _of_project(distribution, project)
        return {name: path for name, path in found.items() if not name.startswith(_SHOWN)}
    recorded = {str(path): Path(str(path.locate())) for path in distribution.files or () if _decides(path.parts)}
    if recorded:
        return {name.partition(".dist-info/")[2] or name: path for name, path in sorted(recorded.items())}
    return _of_entry_points(distribution)


def _decides(parts: tuple[str, ...]) -> bool:
    """Whether a file that an installer recorded is code, or data that code reads."""
    name = "/".join(parts)
    if parts[0].endswith((".dist-info", ".egg-info")):
        return parts[1:] == ("entry_points.txt",)
    return parts[0] != ".." and not os.path.isabs(name) and not name.endswith(".pyc") and not name.startswith(_SHOWN)


def _of_entry_points(distribution: importlib.metadata.Distribution) -> dict[str, Path]:
    """Where no installer recorded the files: the modules that are named as plugins, with what lies beside them."""
    modules = sorted({point.module for point in distribution.entry_points})
    files = [file for name in modules if (file := _file_of(name))]
    return {name: path for file in files for name, path in neighbours.of(file).items()}


def _editable_folder(distribution: importlib.metadata.Distribution) -> Path | None:
    text = distribution.read_text("direct_url.json")
    info = json.loads(text) if text else {}
    if not info.get("dir_info", {}).get("editable"):
        return None
    from urllib.parse import urlparse
    from urllib.request import url2pathname

    return Path(url2pathname(urlparse(info["url"]).path))


def _of_project(distribution: importlib.metadata.Distribution, project: Path) -> dict[str, Path]:
    """Of an editable distribution: its packages with all that is in them, its modules with what they name."""
    roots = _roots(distribution, project)
    found: dict[str, Path] = {}
    named = {point.module.partition(".")[0] for point in distribution.entry_points}
    for item in (item for root in roots for item in sorted(root.iterdir())):
        if item.name.startswith(".") or item.name in _NOT_CODE or item in roots:
            continue
        if item.suffix == ".py":
            found |= neighbours.named(item)
        elif item.is_dir():
            whole = item.name in named or (item / "__init__.py").exists()
            files = contents.below(item, neighbours.LEFT_OUT)
            found |= {f"{item.name}/{name}": path for name, path in files.items() if whole or path.suffix == ".py"}
    points = [path for path in distribution.files or () if path.parts[1:] == ("entry_points.txt",)]
    return found | {path.name: Path(str(path.locate())) for path in points}


def _roots(distribution: importlib.metadata.Distribution, project: Path) -> list[Path]:
    """The folders that an editable distribution is imported from."""
    recorded = [Path(str(path.locate())) for path in distribution.files or () if path.suffix == ".pth"]
    lines = [line.strip() for path in recorded if path.is_file() for line in path.read_text().splitlines()]
    roots = [Path(line) for line in lines if line and not line.startswith("import") and Path(line).is_dir()]
    return roots or [project / "src" if (project / "src").is_dir() else project]


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
