"""A listener of the events of a run, with a method for each event that it is interested in."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


class Listener:
    """Passes an event on to the method of its name, `_cell_started` for `cell_started`, if there is one.

    The method is given the values that it names alone, so that others can be added to an event.

    >>> class Hears(Listener):
    ...     def _step(self, step):
    ...         print(step)
    >>> Hears()("step", step=3, steps=9)
    3
    >>> Hears()("cell_finished", cell=None)
    """

    def __call__(self, event: str, **values: Any) -> None:
        if (method := getattr(self, f"_{event}", None)) is not None:
            method(**self._told({name: values[name] for name in _names(method.__func__)}))

    def _told(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the methods are given them."""
        return values


@functools.cache
def _names(method: Callable[..., None]) -> tuple[str, ...]:
    """The arguments of a method without itself; steps come often."""
    return tuple(inspect.signature(method).parameters)[1:]
