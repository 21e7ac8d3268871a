"""Stopping a trial after a validation point."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from relxfer.store.entry import Point

#: Called with a validation point from which training would go on; whether to stop there.
Stop: TypeAlias = Callable[[Point], bool]


def stopping(emit: Callable[..., bool], stop: Stop | None) -> Callable[..., bool]:
    """The function that a trainer calls with its events, which returns whether to stop, where `stop` is asked too."""
    if stop is None:
        return emit

    def asked(kind: str, **values: Any) -> bool:
        wanted = emit(kind, **values)
        if kind != "epoch" or values["step"] >= values["steps"]:
            return wanted
        finite = {name: value if math.isfinite(value) else None for name, value in values["values"].items()}
        return stop(Point(values["phase"], values["step"], finite)) or wanted

    return asked
