"""Stopping a trial at a validation point."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from relxfer.store.entry import Point

#: Called after a validation point, unless training ends there anyway; whether to stop.
Stop: TypeAlias = Callable[[Point], bool]


class Stopped(BaseException):
    """Training was told to stop. It is no `Exception`, so that a strategy that retries after errors does not catch it.

    What was trained is saved: the same transfer goes on from there when it is run again.
    """
