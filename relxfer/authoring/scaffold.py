"""Write the package of a new strategy plugin from the templates in `relxfer/authoring/templates/plugin`."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from relxfer import __version__
from relxfer.contract.records import TransferStrategy
from relxfer.errors import UsageError
from relxfer.plugins.finder import Plugins
from relxfer.store.files import write_bytes

_SUFFIX = ".tmpl"


def write_plugin(name: str, out: Path | None = None) -> Path:
    """Write a distribution `relxfer-NAME` with the strategy `name` and its tests, and return its folder.

    Args:
        name: name of the strategy; lower-case letters, digits and single dashes.
        out: the folder, which must be new or empty; default `./relxfer-NAME`.

    Raises:
        UsageError: the name is not valid or is taken, or the folder is not empty.

    >>> write_plugin("My Method")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    relxfer.errors.UsageError: expected a name of lower-case letters, ..., got 'My Method'; try 'my-method'
    """
    words = _words(name)
    folder = Path(f"relxfer-{name}") if out is None else Path(out)
    _check_free(name, words["module"])
    _check_empty(folder)
    for path, template in _templates(files("relxfer.authoring") / "templates" / "plugin"):
        text = Template(template.read_text(encoding="utf-8")).substitute(words)
        place = path.removesuffix(_SUFFIX).replace("module.py", f"{words['module']}.py")
        write_bytes(folder / place, text.encode())
    return folder


def _words(name: str) -> dict[str, str]:
    """The values of the variables in the templates."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise UsageError(f"expected a name of lower-case letters, digits and single dashes, got {name!r}{_hint(name)}")
    segments = name.split("-")
    return {
        "name": name,
        "module": f"relxfer_{'_'.join(segments)}",
        "class_name": "".join(segment.capitalize() for segment in segments),
        "version": __version__,
    }


def _hint(name: str) -> str:
    usable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-").lstrip("0123456789-")
    return f"; try {usable!r}" if usable else "; it must begin with a letter"


def _check_free(name: str, module: str) -> None:
    """Refuse the name of a built-in strategy, and one whose module would shadow an installed one."""
    if name in Plugins.load(third_party=False).names(TransferStrategy.kind):
        raise UsageError(f"expected a new name, got {name!r}, which is a built-in strategy; choose another")
    if importlib.util.find_spec(module) is not None:
        raise UsageError(f"expected a new name, got {name!r}, but a module {module!r} is installed; choose another")


def _check_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"expected a folder to write to, got a file: {folder}; choose another --out")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"expected a new or empty folder, got {folder} with files in it; choose another --out")


def _templates(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """(relative path, file) of every template."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _templates(item, f"{prefix}{item.name}/")
        elif item.name.endswith(_SUFFIX):
            yield prefix + item.name, item
