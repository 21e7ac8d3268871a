"""The observers of a run: those of plugins, which observe every run, and those that its configuration names."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pluggy

from relxfer.contract import hooks
from relxfer.declare.experiment import Chosen
from relxfer.plugins.finder import GROUP, Plugins


@dataclass(frozen=True)
class Observing:
    """Whoever observes a run; without managers, nobody does. As a context manager, it closes the named ones at the end.

    managers  of the plugins with the hooks
    named     the observers that a configuration names
    """

    managers: tuple[pluggy.PluginManager, ...] = ()
    named: tuple[Any, ...] = ()

    @classmethod
    def of_run(cls, plugins: Plugins, named: Sequence[Chosen] = ()) -> Observing:
        """The observers of plugins, then those that a configuration names.

        Warns (`RuntimeWarning`) of each of these that cannot be built; the run goes on without it.
        """
        own = pluggy.PluginManager(GROUP)
        own.add_hookspecs(hooks)
        for number, chosen in enumerate(named):
            try:
                own.register(chosen.build(), name=f"{chosen.name}@{number}")
            except (Exception, SystemExit) as error:
                told = f"the observer {chosen.name!r} does not observe this run: {error}"
                warnings.warn(told, RuntimeWarning, stacklevel=3)
        return cls((plugins.manager, own), tuple(own.get_plugins()))

    def __enter__(self) -> Observing:
        return self

    def __exit__(self, *_: object) -> None:
        for observer in self.named:
            try:
                getattr(observer, "close", lambda: None)()
            except (Exception, SystemExit) as error:
                told = f"the observer {type(observer).__name__} could not be closed: {type(error).__name__}: {error}"
                warnings.warn(told, RuntimeWarning, stacklevel=3)

    def of(self, hook: str) -> Iterator[pluggy.HookImpl]:
        """Who implements a hook."""
        for manager in self.managers:
            yield from getattr(manager.hook, hook).get_hookimpls()
