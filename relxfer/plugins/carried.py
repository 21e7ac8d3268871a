"""A plugin that is not installed, in a form in which another process can load it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.errors import PluginError

if TYPE_CHECKING:
    from relxfer.plugins.finder import Plugins


@dataclass(frozen=True)
class Carried:
    """A plugin of this process, for another one.

    name     under which it is registered
    module   its module, or that of its class
    file     the file of that module
    content  of an object: its pickle; empty if the plugin is the module
    """

    name: str
    module: str
    file: str
    content: bytes = b""

    @classmethod
    def of(cls, plugin: Any, name: str) -> Carried:
        """The form of a plugin of this process.

        Raises:
            PluginError: another process could not load it.
        """
        whole = inspect.ismodule(plugin)
        module = plugin.__name__ if whole else type(plugin).__module__
        file = getattr(plugin if whole else sys.modules.get(module), "__file__", None) or ""
        content = b"" if whole else _pickled(plugin)
        reason = _reason(module, file, content)
        if reason or content is None:
            raise PluginError(
                f"expected the plugin {name!r} in a module that other processes can import, got {reason}; move it into "
                'a file of its own and import it, or use the executor "serial"'
            )
        return cls(name, module, file, content)

    def register(self, plugins: Plugins) -> None:
        """Load the plugin in this process, and add it to the plugins.

        Raises:
            PluginError: it cannot be loaded here.
        """
        before = len(plugins.broken)
        try:
            _import(self.module, self.file)
            plugin = pickle.loads(self.content) if self.content else sys.modules[self.module]
        except (Exception, SystemExit) as error:
            raise PluginError(
                f"expected to load the plugin {self.name!r} from {self.file} in another process, got "
                f'{type(error).__name__}: {error}; correct its imports, or use the executor "serial"'
            ) from error
        plugins.register(plugin, self.name)
        if broken := plugins.broken[before:]:
            raise PluginError("; ".join(f"{each.name}: {each.cause}" for each in broken))


def _pickled(plugin: Any) -> bytes | None:
    """The pickle of an object; None if it has none."""
    try:
        return pickle.dumps(plugin)
    except Exception:
        return None


def _reason(module: str, file: str, content: bytes | None) -> str:
    if module == "__main__":
        return "one that is written in the script or notebook itself"
    if not file:
        return "one that is in no file"
    return "an object that cannot be pickled" if content is None else ""


def _import(module: str, file: str) -> None:
    """Import a module by its name, or from its file where that name leads nowhere or to another file."""
    if module in sys.modules:
        return
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, AttributeError, ValueError):
        found = None
    if found is not None and found.origin and Path(found.origin).resolve() == Path(file).resolve():
        importlib.import_module(module)
        return
    spec = importlib.util.spec_from_file_location(module, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"no Python module: {file}")
    made = importlib.util.module_from_spec(spec)
    sys.modules[module] = made
    try:
        spec.loader.exec_module(made)
    except BaseException:
        del sys.modules[module]
        raise
