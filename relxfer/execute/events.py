"""What happens in a run, told to whoever listens: the progress display, and plugin observers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from relxfer.plugins.finder import Plugins

#: event -> hook
HOOKS = {
    "run_started": "relxfer_run_started",
    "run_finished": "relxfer_run_finished",
    "cell_started": "relxfer_cell_started",
    "cell_finished": "relxfer_cell_finished",
    "epoch_finished": "relxfer_epoch_finished",
}


class Events:
    """Calls listeners `listener(event, **values)`, then the observers of plugins; one that raises is dropped."""

    def __init__(self, plugins: Plugins | None = None, listeners: tuple[Callable[..., None], ...] = ()):
        self.plugins, self.listeners = plugins, listeners
        self.dropped: set[int] = set()

    def __call__(self, event: str, **values: Any) -> None:
        for listener in self.listeners:
            listener(event, **values)
        if self.plugins and event in HOOKS:
            self._observe(HOOKS[event], values)

    def _observe(self, hook: str, values: dict[str, Any]) -> None:
        assert self.plugins is not None
        for implementation in getattr(self.plugins.manager.hook, hook).get_hookimpls():
            if id(implementation.plugin) in self.dropped:
                continue
            try:
                implementation.function(**{name: values[name] for name in implementation.argnames})
            except (Exception, SystemExit) as error:
                self.dropped.add(id(implementation.plugin))
                warnings.warn(
                    f"the observer {hook} of plugin {implementation.plugin_name.split('@')[0]!r} raised "
                    f"{type(error).__name__}: {error}; it is not called again in this run",
                    RuntimeWarning,
                    stacklevel=2,
                )
