"""The types of tables: of plain values, as TOML and JSON hold them, and of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

#: A table: names with plain values, which are text, numbers, booleans, lists, or further tables.
Table = Mapping[str, Any]

#: A cell in a table of answers: a name, a rank or a score.
Value: TypeAlias = str | int | float
#: A table of answers: columns of equal length by name.
AnswerTable: TypeAlias = Mapping[str, Sequence[Value]]
