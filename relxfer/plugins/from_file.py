"""A plugin in a file: a module that is in no distribution, which the command line names (`relxfer run --plugin FILE`).

Only the command line may name one. A configuration, a checkpoint and a run directory may come from somebody else, so
nothing in them can name code.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType

from relxfer.errors import PluginError, UsageError


def module_of(file: Path) -> ModuleType:
    """Import the file under its stem, so that its records can name `"stem:attr"`.

    Modules beside the file can be imported too, unless an installed one has the same name. A file that this process
    has imported already is not imported again.

    Raises:
        UsageError: there is no such file, or its name is not that of a new module.
        PluginError: it cannot be imported; the message has the file and the line.

    >>> module_of(Path("nowhere.py"))
    Traceback (most recent call last):
    ...
    relxfer.errors.UsageError: expected a file with a plugin, got nowhere.py, which is not there; correct the path
    """
    place = Path(os.path.realpath(file))
    _check(file, place)
    loaded = sys.modules.get(place.stem)
    if loaded is not None and _is_from(loaded, place):
        return loaded
    if loaded is not None or _is_installed(place.stem, place):
        raise UsageError(
            f"expected a plugin with a name of its own, got {file}, but a module {place.stem!r} is installed or loaded "
            "already; rename the file"
        )
    folder = str(place.parent)
    if folder not in sys.path:
        sys.path.append(folder)  # last, so that what lies beside the file takes the place of nothing that is installed
    return _imported(place)


def _check(file: Path, place: Path) -> None:
    if not place.exists():
        raise UsageError(f"expected a file with a plugin, got {file}, which is not there; correct the path")
    if not place.is_file() or place.suffix != ".py":
        got = "a folder" if place.is_dir() else "a file of another kind"
        raise UsageError(f"expected a plugin as a .py file, got {file}, {got}; name the module with the hooks")
    if not place.stem.isidentifier():
        raise UsageError(
            f"expected a name that Python can import, got {file}; rename the file with letters, digits and _ only"
        )


def _is_from(module: ModuleType, place: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(os.path.realpath(file)) == place


def _is_installed(name: str, place: Path) -> bool:
    """Whether Python would import another module under this name."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return True  # a module without a spec, such as __main__
    return spec is not None and Path(os.path.realpath(spec.origin or "")) != place


def _imported(place: Path) -> ModuleType:
    importlib.invalidate_caches()
    spec = importlib.util.spec_from_file_location(place.stem, place)
    assert spec is not None and spec.loader is not None  # noqa: PT018
    sys.modules[place.stem] = module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # importing a plugin must not end the program
        del sys.modules[place.stem]
        raise PluginError(
            f"expected to import the plugin {place}, got {type(error).__name__}: {error} ({_line(error, place)}); "
            "correct the file"
        ) from error
    return module


def _line(error: BaseException, place: Path) -> str:
    """`file:line` of an error: the last line of the plugin that was executed, or where it cannot be parsed."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(place)]
    return f"{place}:{frames[-1].lineno}" if frames else str(place)
