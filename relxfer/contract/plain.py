"""The type of tables of plain values, as TOML and JSON hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A table: names with plain values, which are text, numbers, booleans, lists, or further tables.
Table = Mapping[str, Any]
