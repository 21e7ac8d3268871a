"""Which column of a table of pictures holds their answers, where nobody says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from relxfer.data.tables.kinds import is_missing, is_number
from relxfer.errors import Undecided
from relxfer.judge.metrics import answer_columns
from relxfer.judge.metrics.answer_columns import Guess
from relxfer_vision.files.picture_table import LABEL, PictureTable

#: How people call the column with the answers, most telling first.
LABELS = (LABEL, "labels", "class", "tags", "target", "value")
#: Classes have at least so many pictures each, on average; more different whole numbers than this may be amounts.
_FEWEST, _CODES = 2, 20


def guess_of(table: PictureTable, taken: Collection[str]) -> Guess | None:
    """What the columns of a table ask for: a usual one, the only one that could be, or several of 0 and 1, or of
    decimals, alone. None where nothing is to be said, or there is no other column than the files.

    taken  columns that are something else, such as groups

    Raises:
        Undecided: several could be, or none surely is; the message names them and what to write.
    """
    cells = {name: column for name, column in table.columns.items() if name not in taken}
    found = answer_columns.guess(cells, LABELS, (LABEL,))
    if not cells or LABEL in cells or (found and found.label[0] in LABELS):
        return found
    able = classes_in(cells)
    others = able.keys() - set(found.label if found else ())
    if found and not others:
        return found
    if len(able) == 1 and not found:
        ((name, count),) = able.items()
        if count <= _CODES or not all(map(is_number, filter(None, cells[name]))):
            return Guess("classification", (name,), f"the only column with few values ({count})")
    asked = able | {name: _values(cells[name]) for name in (found.label if found else ())}
    asked = asked or {name: _values(column) for name, column in cells.items()}
    first, *rest = dict(sorted(asked.items(), key=lambda each: each[1])).items()
    named = ", ".join(f"{name} ({count:,} values)" for name, count in [first, *rest][:10])
    more = f" and {len(asked) - 10:,} more" * (len(asked) > 10)
    flag = f'"{first[0]}"' if " " in first[0] else first[0]
    raise Undecided(f"{table.path}: expected to know which column is the label, got {named}{more}; add --label {flag}")


def classes_in(cells: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Columns that could be classes, and the number of their values.

    >>> classes_in({"name": ["a", "b", "c", "d"], "kind": ["x", "y", "x", "y"], "size": ["0.5", "0.2", "0.5", "0.2"]})
    {'kind': 2}
    """
    counts = {name: _values(column) for name, column in cells.items() if not _measured(column)}
    given = {name: sum(not is_missing(cell) for cell in cells[name]) for name in counts}
    return {name: count for name, count in counts.items() if 2 <= count <= given[name] / _FEWEST}


def _values(column: Sequence[str]) -> int:
    return len({cell for cell in column if not is_missing(cell)})


def _measured(column: Sequence[str]) -> bool:
    """Whether the cells are numbers, some of them with decimals."""
    given = [cell for cell in column if not is_missing(cell)]
    return all(map(is_number, given)) and any("." in cell for cell in given)
