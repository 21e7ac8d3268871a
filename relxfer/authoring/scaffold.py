"""Write the package of a new plugin from the templates in `relxfer/authoring/templates`, a folder for each kind."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from relxfer import __version__
from relxfer.contract import records
from relxfer.errors import UnknownName, UsageError
from relxfer.plugins.finder import Plugins
from relxfer.store.files import write_bytes

_SUFFIX = ".tmpl"


@dataclass(frozen=True)
class Kind:
    """A kind of plugin that can be written.

    what    it is, in words
    record  the type of its record; None: an observer, which has none
    """

    what: str
    record: type[records.Record] | None


#: Kind, as on the command line -> what it is.
KINDS = {
    "strategy": Kind("transfer strategy", records.TransferStrategy),
    "model": Kind("model", records.SourceModel),
    "adapter": Kind("adapter", records.TargetAdapter),
    "dataset": Kind("data set", records.Dataset),
    "reader": Kind("reader of own files", records.Reader),
    "validator": Kind("validator", records.Validator),
    "executor": Kind("executor", records.Executor),
    "section": Kind("report section", records.ReportSection),
    "observer": Kind("observer", None),
    "task": Kind("kind of task", records.TaskKind),
    "metric": Kind("metric", records.Metric),
    "calibrator": Kind("calibrator", records.Calibrator),
}


def write_plugin(name: str, out: Path | None = None, kind: str = "strategy") -> Path:
    """Write a distribution `relxfer-NAME` with an offer called `name` and its tests, and return its folder.

    Args:
        name: name of the offer; lower-case letters, digits and single dashes.
        out: the folder, which must be new or empty; default `./relxfer-NAME`.
        kind: one of `KINDS`.

    Raises:
        UsageError: the name or the kind is not valid, the name is taken, or the folder is not empty.

    >>> write_plugin("My Method")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    relxfer.errors.UsageError: expected a name of lower-case letters, ..., got 'My Method'; try 'my-method'
    """
    if kind not in KINDS:
        raise UnknownName("kind of plugin", kind, KINDS)
    words = _words(name) | {"what": KINDS[kind].what}
    folder = Path(f"relxfer-{name}") if out is None else Path(out)
    _check_free(name, words["module"], KINDS[kind])
    _check_empty(folder)
    own, shared = (dict(_templates(files("relxfer.authoring") / "templates" / each)) for each in (kind, "shared"))
    places = {path: re.sub("^module", words["module"], path.removesuffix(_SUFFIX)) for path in own | shared}
    modules = [place for place in places.values() if place.endswith(".py") and "/" not in place]
    words["modules"] = "[" + ", ".join(f'"{module}"' for module in modules) + "]"
    for path, template in (own | shared).items():
        text = Template(template.read_text(encoding="utf-8")).substitute(words)
        write_bytes(folder / places[path], text.encode())
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


def _check_free(name: str, module: str, kind: Kind) -> None:
    """Refuse the name of a built-in offer of this kind, and one whose module would shadow an installed one."""
    if kind.record is not None and name in Plugins.load(third_party=False).names(kind.record.kind):
        raise UsageError(f"expected a new name, got {name!r}, which is a built-in {kind.what}; choose another")
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
