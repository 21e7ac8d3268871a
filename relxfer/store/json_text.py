"""Standard JSON, which has no NaN and no infinities."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

#: What a JSON document holds.
Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, Json]"


def dumps(value: Any, default: Callable[[Any], Any] | None = None, **how: Any) -> str:
    """As `json.dumps`, with null for NaN and the infinities.

    >>> dumps({"loss": float("nan"), "course": [float("inf"), 0.5]})
    '{"loss": null, "course": [null, 0.5]}'
    """
    try:
        return json.dumps(value, allow_nan=False, default=default, **how)
    except ValueError:
        plain = json.loads(json.dumps(value, default=default), parse_constant=lambda name: None)
        return json.dumps(plain, allow_nan=False, **how)
