"""The scores of one system, and what the user says about where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from relxfer.data.tables.column import Column
from relxfer.errors import UsageError

#: What the rows of a file hold, for messages.
WHAT = "scores of items"
#: The roles of columns that a user can name; that of the score is the metric.
COLUMNS = ("id", "seed", "group", "class", "system")


@dataclass(frozen=True)
class Named:
    """What the user names; None: it is decided by headings and content.

    columns  role -> name of its column, of `COLUMNS`
    metric   the column of a table, or the metric or scorer of a log

    Raises:
        UsageError: there is no such role.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    metric: str | None = None

    def __post_init__(self) -> None:
        for role in self.columns:
            if role not in COLUMNS:
                raise UsageError(f"expected a role of a column among {', '.join(COLUMNS)}, got {role!r}")


def stem(path: Path) -> str:
    """The name of a file without its ending.

    >>> stem(Path("runs/gpt-3.5.csv.gz"))
    'gpt-3.5'
    """
    return Path(path.name.removesuffix(".gz")).stem


@dataclass(frozen=True, eq=False)
class ItemScores:
    """The scores of one system, m rows.

    name     of the system
    path     its file
    metric   the name of what was measured
    ids      [m] of items
    scores   [m] float
    lines    [m] line of each row, from 1, for messages
    seeds    [m] names of runs; None: there is one run
    groups   [m]: items of one group are alike, as questions about one text; None: nothing says so
    classes  [m]: classes that count alike; None: all items do
    digests  [m] of what the items ask, so that others under the same ids are noticed; None: there are none
    log      whether a harness wrote it, with metrics of its own names: other logs are read in the same one
    notes    sentences: what was taken, and why
    """

    name: str
    path: Path
    metric: str
    ids: Column
    scores: np.ndarray
    lines: np.ndarray
    seeds: Column | None = None
    groups: Column | None = None
    classes: Column | None = None
    digests: Column | None = None
    log: bool = False
    notes: tuple[str, ...] = ()

    def rows(self, chosen: np.ndarray) -> ItemScores:
        """Only these rows, bool [m]."""

        def of(column: Column | None) -> Column | None:
            return None if column is None else column.rows(chosen)

        return replace(
            self,
            ids=self.ids.rows(chosen),
            scores=self.scores[chosen],
            lines=self.lines[chosen],
            seeds=of(self.seeds),
            groups=of(self.groups),
            classes=of(self.classes),
            digests=of(self.digests),
        )
