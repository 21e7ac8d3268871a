"""Plain values, as TOML and JSON hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Names with plain values: text, numbers, true or false, lists, and tables again.
Table = Mapping[str, Any]
