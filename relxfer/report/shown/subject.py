"""A run as the parts of its report see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from relxfer.errors import DataError
from relxfer.plugins.finder import Plugins
from relxfer.report import wording
from relxfer.report.shown import places
from relxfer.report.shown.places import Place
from relxfer.report.shown.points import Compute
from relxfer.report.shown.thumbnails import Thumbnails
from relxfer.results import budgets, names
from relxfer.results.records import Budget, CellResult, Row
from relxfer.results.results import Results
from relxfer.store import bounded, escaping

#: In place of the label budgets of a row that is the same at all of them.
ANY = "any number of labels"
#: Rows of one source, target and metric.
Placed = list[Place[Row]]


@dataclass(frozen=True)
class Subject:
    """A run that is reported.

    results   its results; names in them are escaped where the medium needs it
    plain     the same without escapes, for code that is copied
    path      where it stands in the JSON: empty, or its number where several runs are reported
    toml      the configuration that reproduces it; empty where it is not there
    pictures  small pictures of queries; None where the medium shows none
    points    computes what a model makes of the items of the test; None: it is not asked
    """

    results: Results
    plain: Results
    path: str = ""
    toml: str = ""
    pictures: Thumbnails | None = None
    points: Compute | None = None

    @classmethod
    def of(
        cls,
        results: Results,
        plugins: Plugins | None = None,
        path: str = "",
        escape: Callable[[str], str] | None = None,
    ) -> Subject:
        """A run with what its folder says beside the results.

        plugins  what reads its data, for pictures; None: there are none
        escape   what makes names harmless, where the medium does not do that itself
        """
        shown = escaping.every(results, escape) if escape else results
        pictures = None if escape else Thumbnails(results, plugins)
        return cls(shown, results, path, _configuration(results), pictures)

    @cached_property
    def distinct(self) -> Results:
        """The results without budgets that are equal to another."""
        return wording.distinct(self.results)

    @cached_property
    def rows(self) -> Placed:
        """The rows that came out, in the order of the report, each budget once."""
        kept = {id(row) for row in self.distinct.rows if row.finished}
        return [place for place in places.each(self.results.rows, f"{self.path}/rows") if id(place.record) in kept]

    @cached_property
    def cells(self) -> list[Place[CellResult]]:
        """Every cell that ended well."""
        placed = places.each(self.results.cells, f"{self.path}/cells")
        return [place for place in placed if place.record.status == "done"]

    def grouped(self, rows: Placed | None = None) -> dict[tuple[str | None, str], Placed]:
        """(source, target) -> its rows."""
        made: dict[tuple[str | None, str], Placed] = {}
        for place in self.rows if rows is None else rows:
            made.setdefault((place.record.source, place.record.target), []).append(place)
        return made

    def once(self, rows: Placed) -> list[tuple[Place[Row], str]]:
        """Rows, each with its label budgets in words: one line for budgets at which it has the same runs and gain."""
        every = {(place.record.source, place.record.target, place.record.budget) for place in self.rows}
        return [(of[0], _budgets([place.record for place in of], every)) for of in self.alike(rows)]

    def alike(self, rows: Placed) -> list[Placed]:
        """Rows that are given no labels, with those that are the same at other budgets; every other row alone."""
        lines: dict[object, Placed] = {}
        for place in rows:
            row, cells = place.record, self.cells_of(place.record)
            gain = (row.gain.estimate, row.gain.baseline, row.gain.verdict) if row.gain else None
            runs = tuple(cell.record.id for cell in cells if not cell.record.labels)
            lines.setdefault((row.source, row.target, row.strategy, runs, gain) if runs else place.path, []).append(
                place
            )
        return list(lines.values())

    def used(self) -> list[tuple[Place[Row], str, str]]:
        """The rows to use, those of the most labels first: each with its transfer and its label budgets in words."""
        chosen = sorted((place for place in self.rows if place.record.use), key=_labels, reverse=True)
        return [
            (place, names.transfer(place.record.source, place.record.target), f"{place.record.strategy}, {where}")
            for place, where in self.once(chosen)
        ]

    def cells_of(self, row: Row) -> list[Place[CellResult]]:
        """The finished cells of a row, each run once."""
        wanted = row.source, row.target, row.strategy, row.budget
        found = [
            place
            for place in self.cells
            if (place.record.source, place.record.target, place.record.strategy, place.record.budget) == wanted
        ]
        return list({place.record.id: place for place in reversed(found)}.values())[::-1]


def _labels(place: Place[Row]) -> float:
    return budgets.size(place.record.budget)


def _budgets(rows: Sequence[Row], every: Collection[tuple[str | None, str, Budget]]) -> str:
    """The label budgets of a row in words; `every` has all budgets of the run."""
    first = rows[0]
    if len(rows) == sum(place[:2] == first.place[:2] for place in every) > 1:
        return ANY
    there = sorted((row.budget for row in rows), key=budgets.size)
    said = wording.budget(there[-1], first.labels_per)
    return ", ".join([*map(str, there[:-1]), said])


def _configuration(results: Results) -> str:
    """The text of the saved configuration; empty where it cannot be read."""
    try:
        return bounded.text(results.folder / "config.toml")
    except (DataError, OSError, ValueError, EOFError):
        return ""
