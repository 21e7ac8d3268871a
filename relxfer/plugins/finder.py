"""Discovery of plugins, each isolated from the others.

A plugin that cannot be imported, misspells a hook, was written for another API version or uses a name that is taken is
listed as `Broken`; the others work.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pluggy

from relxfer.contract import hooks
from relxfer.contract.records import Dataset, Reader, Record
from relxfer.errors import PluginError, UnknownName, UsageError
from relxfer.plugins import from_file, versions

GROUP = "relxfer"
DISTRIBUTION = "relxfer"
#: Shown as the distribution of a plugin that is not installed.
IN_PROCESS = "(in process)"


@dataclass(frozen=True)
class Offer:
    """A record, with the plugin that offers it and the distribution and version of that plugin."""

    record: Record
    plugin: str
    distribution: str
    version: str


@dataclass(frozen=True)
class Plugin:
    """A plugin that works.

    file     of its module
    seconds  time that it took to load
    offers   its records
    """

    name: str
    distribution: str
    version: str
    file: str
    seconds: float
    offers: tuple[Record, ...]


#: Kinds of offers that are named in the same place, so that their names must differ.
_SHARED = {Dataset.kind: (Reader.kind,), Reader.kind: (Dataset.kind,)}


@dataclass(frozen=True)
class Broken:
    """A plugin that does not work; `cause` is the error."""

    name: str
    distribution: str
    version: str
    file: str
    cause: str


@dataclass
class Plugins:
    """All plugins with their offers.

    manager  pluggy's manager of the plugins that work
    working  the plugins that work
    broken   the plugins that do not
    offers   (kind, name) -> offer
    given    the plugins that are not installed, with their names

    >>> plugins = Plugins.load(third_party=False)
    >>> plugins.find("strategy", "finetune").record.name
    'finetune'
    """

    manager: pluggy.PluginManager
    working: list[Plugin] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    offers: dict[tuple[str, str], Offer] = field(default_factory=dict)
    given: list[tuple[Any, str]] = field(default_factory=list)

    @classmethod
    def load(cls, third_party: bool = True, files: Iterable[str | Path] = ()) -> Plugins:
        """Load every plugin of the entry-point group `relxfer`, and then those in files.

        Built-in plugins come first, so that no other plugin can take their names.

        third_party  whether to load plugins of other distributions
        files        modules that are not installed, which the user named on the command line

        Raises:
            UsageError: a file is not there, or has no hooks.
            PluginError: a file cannot be imported, or its hooks are wrong.
        """
        manager = pluggy.PluginManager(GROUP)
        manager.add_hookspecs(hooks)
        plugins = cls(manager)
        for point, distribution, version in _entry_points():
            if third_party or distribution == DISTRIBUTION:
                plugins._admit(point, distribution, version)
        for file in files:
            plugins.add_file(Path(file))
        return plugins

    def add_file(self, file: Path) -> None:
        """Add the plugin in a file; it has the name of the file, and its version is a hash of its code.

        Raises:
            UsageError, PluginError: as `load`.
        """
        module = from_file.module_of(file)
        place = Path(module.__file__ or file)
        if any(plugin is module for plugin, _ in self.given):
            return
        if not any(hasattr(module, name) for name in (*hooks.OFFERS, *hooks.OBSERVERS)):
            _check_wrong_hooks(module, file)
            raise UsageError(
                f"expected a plugin, got {file}, which has no hooks; write a function such as "
                "relxfer_transfer_strategies with the decorator @relxfer.hookimpl (see docs/hooks.md)"
            )
        self.register(module, place.stem)
        if self.broken and self.broken[-1].file == str(place):
            raise PluginError(f"{file}: {self.broken[-1].cause}")

    def register(self, plugin: Any, name: str) -> None:
        """Add a plugin object of this process, with the same checks as an installed one.

        Its version is a hash of its code. Code that is in no file, as in a notebook, gets a new version each time,
        because results of an earlier state of the code must not be reused.
        """
        self.given.append((plugin, name))
        self._take(plugin, name, IN_PROCESS, None, time.perf_counter())

    def names(self, kind: str) -> list[str]:
        """The names of all offers of a kind, sorted."""
        return sorted(name for of, name in self.offers if of == kind)

    def all(self, kind: str) -> list[Offer]:
        """All offers of a kind, sorted by name."""
        return [self.offers[kind, name] for name in self.names(kind)]

    def find(self, kind: str, name: str) -> Offer:
        """The offer with this kind and name.

        Raises:
            UnknownName: there is none; the message suggests a similar name and mentions broken plugins.
        """
        if (kind, name) in self.offers:
            return self.offers[kind, name]
        raise self.unknown(kind, name, self.names(kind))

    def data(self) -> list[Offer]:
        """All data sets and readers of users' files, sorted by name."""
        return sorted([*self.all(Dataset.kind), *self.all(Reader.kind)], key=lambda offer: offer.record.name)

    def find_data(self, name: str) -> Offer:
        """The data set or the reader with this name.

        Raises:
            UnknownName: there is none, as `find`.
        """
        for kind in (Dataset.kind, Reader.kind):
            if (kind, name) in self.offers:
                return self.offers[kind, name]
        raise self.unknown(Dataset.kind, name, [offer.record.name for offer in self.data()])

    def unknown(self, kind: str, name: str, names: Iterable[str]) -> UnknownName:
        """The error for a name that no plugin offers; it mentions broken plugins, which might have offered it."""
        error = UnknownName(kind, name, names)
        if self.broken:
            error.args = (
                f"{error}; {len(self.broken)} plugin(s) are broken and offer nothing: "
                f"{', '.join(b.name for b in self.broken)} (see `relxfer plugins`)",
            )
        return error

    def _admit(self, point: importlib.metadata.EntryPoint, distribution: str, version: str) -> None:
        start = time.perf_counter()
        try:
            plugin = point.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: importing a plugin must not end the program
            self.broken.append(Broken(point.name, distribution, version, _spec_file(point), _cause(error)))
            return
        self._take(plugin, point.name, distribution, version, start)

    def _take(self, plugin: Any, name: str, distribution: str, version: str | None, start: float) -> None:
        try:
            records = self._records(plugin, name)
            version = version or versions.of_plugin(plugin, self._modules(plugin, records)) or uuid.uuid4().hex[:12]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if self.manager.is_registered(plugin):
                self.manager.unregister(plugin)
            self.broken.append(Broken(name, distribution, version or "", _file(plugin), _cause(error)))
            return
        for record in records:
            self.offers[record.kind, record.name] = Offer(record, name, distribution, version)
        seconds = time.perf_counter() - start
        self.working.append(Plugin(name, distribution, version, _file(plugin), seconds, tuple(records)))

    def _records(self, plugin: Any, name: str) -> list[Record]:
        _check_version(plugin)
        _check_hooks(plugin)
        self.manager.register(plugin, name=f"{name}@{id(plugin)}")
        records = [record for hook in hooks.OFFERS for record in self._call(hook, plugin)]
        taken: set[tuple[str, str]] = set()
        for record in records:
            self._check_name(record, taken)
            taken.add((record.kind, record.name))
        return records

    def _modules(self, plugin: Any, records: Iterable[Record]) -> set[str]:
        """The modules that define the hooks of a plugin and the objects of its records."""
        implementations = [hook for of in hooks.OFFERS for hook in getattr(self.manager.hook, of).get_hookimpls()]
        named = {str(hook.function.__module__) for hook in implementations if hook.plugin is plugin}
        named |= set() if inspect.ismodule(plugin) else {type(plugin).__module__}
        return named.union(*(record.modules for record in records))

    def _call(self, hook: str, plugin: Any) -> Iterator[Record]:
        expected: Any = hooks.OFFERS[hook]
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            if implementation.plugin is not plugin:
                continue
            returned = implementation.function()
            if not isinstance(returned, Iterable):
                kind = expected.__name__
                raise TypeError(f"{hook}: expected a list of {kind} records, got {returned!r}; return [{kind}(...)]")
            for record in returned:
                if not isinstance(record, expected):
                    raise TypeError(f"{hook}: expected {expected.__name__} records, got {record!r}; correct the hook")
                yield record

    def _check_name(self, record: Record, taken: set[tuple[str, str]]) -> None:
        key = (record.kind, record.name)
        if key in taken:
            raise ValueError(f"the {record.kind} {record.name!r} is offered twice by this plugin; choose another name")
        for other in _SHARED.get(record.kind, ()):
            if (other, record.name) in taken or (other, record.name) in self.offers:
                raise ValueError(
                    f"the {record.kind} {record.name!r} has the name of a {other}, and a configuration could not tell "
                    "which is meant; choose another name"
                )
        if key in self.offers and record.replaces != record.name:
            owner = self.offers[key]
            raise ValueError(
                f"the {record.kind} {record.name!r} is already offered by plugin {owner.plugin!r} of "
                f"{owner.distribution}; choose another name, or set replaces={record.name!r}"
            )


def load_object(target: str) -> Any:
    """Import an object by its path, `"module:attr"`.

    Raises:
        PluginError: it cannot be imported; the message names the path and the cause.

    >>> load_object("relxfer.contract.records:DATA_NAMES")[0]
    'source-model'
    """
    module, _, attribute = target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"expected to load {target!r}, which a plugin names, got {_cause(error)}; "
            "`relxfer plugins` shows which plugin offers it"
        ) from error


def _entry_points() -> Iterator[tuple[importlib.metadata.EntryPoint, str, str]]:
    """Entry points, each with the name and the version of its distribution; those of relxfer come first."""
    points_by_key: dict[tuple[str, str, str], tuple] = {}
    for distribution in importlib.metadata.distributions():
        if points := [point for point in distribution.entry_points if point.group == GROUP]:
            name, version = (
                distribution.name,
                distribution.version,
            )  # read once, because each access parses the metadata
            for point in points:
                points_by_key.setdefault((name, point.name, point.value), (point, name, version))
    ordered = sorted(points_by_key, key=lambda key: (key[0] != DISTRIBUTION, key))
    return (points_by_key[key] for key in ordered)


def _check_version(plugin: Any) -> None:
    version = getattr(plugin, "relxfer_api_version", hooks.API_VERSION)
    if version != hooks.API_VERSION:
        raise ValueError(
            f"expected relxfer_api_version = {hooks.API_VERSION}, got {version!r}; "
            "install a release of the plugin made for this relxfer"
        )


def _check_hooks(plugin: Any) -> None:
    names = [*hooks.OFFERS, *hooks.OBSERVERS]
    for name, member in inspect.getmembers(plugin, callable):
        marked = getattr(member, "relxfer_impl", None) is not None
        if name in names and not marked:
            raise ValueError(f"{name} lacks the decorator @relxfer.hookimpl")
        if name not in names and (marked or name.startswith("relxfer_")):
            close = get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"hooks are: {', '.join(names)}"
            raise ValueError(f"no hook is called {name!r}: {hint}")


def _check_wrong_hooks(module: Any, file: Path) -> None:
    """Name a hook that is misspelt, which is a better message than that there is none."""
    try:
        _check_hooks(module)
    except ValueError as error:
        raise PluginError(f"{file}: {error}") from None


def _cause(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _file(plugin: Any) -> str:
    return getattr(plugin, "__file__", None) or getattr(inspect.getmodule(type(plugin)), "__file__", "") or ""


def _spec_file(point: importlib.metadata.EntryPoint) -> str:
    """The file of a module that failed to import, without importing it."""
    import importlib.util

    try:
        spec = importlib.util.find_spec(point.value.partition(":")[0].partition(".")[0])
    except Exception:
        spec = None
    return (spec.origin if spec else None) or point.value
