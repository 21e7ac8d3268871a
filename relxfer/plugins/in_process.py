"""Plugins of this process beside those that are installed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from relxfer.errors import PluginError
from relxfer.plugins.finder import IN_PROCESS, Plugins


def load(plugins: Iterable[Any] = ()) -> Plugins:
    """The installed plugins, and these objects of this process.

    With RELXFER_NO_PLUGINS in the environment, only those of relxfer are loaded of the installed ones.

    Raises:
        PluginError: one of these objects is broken.
    """
    loaded = Plugins.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"))
    for plugin in plugins:
        loaded.register(plugin, getattr(plugin, "__name__", type(plugin).__name__))
    if broken := [b for b in loaded.broken if b.distribution == IN_PROCESS]:
        raise PluginError("; ".join(f"{b.name}: {b.cause}" for b in broken))
    return loaded
