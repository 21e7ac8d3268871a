"""What a recommendation says besides: what past pairs like its own gained, and which items to label next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from relxfer.choose import relatedness
from relxfer.choose.recommending.recommendation import Recommendation
from relxfer.choose.track_record import Likeness, track_record
from relxfer.declare.experiment import Experiment
from relxfer.errors import DataError, Incompatible, UsageError
from relxfer.execute.engine import Engine
from relxfer.plugins.finder import Plugins
from relxfer.predict import predictions
from relxfer.report.answers import past
from relxfer.results.results import Results
from relxfer.store.json_text import JsonObject

#: So many items are named.
_ITEMS = 5


@dataclass(frozen=True)
class Besides:
    """Past pairs that are like the one of the test; None if there are too few. And the names of items."""

    like: Likeness | None = None
    label_next: tuple[str, ...] = ()

    @classmethod
    def of(cls, tested: Experiment, made: Recommendation, results: Results, plugins: Plugins) -> Besides:
        """Of the run of the test."""
        return cls(_like(tested, made, results, plugins), _to_label(results, plugins))

    @property
    def past(self) -> str:
        """The past pairs in a sentence; empty if there are too few."""
        return f"{past.sentence(self.like)}." if self.like else ""

    def card(self) -> JsonObject:
        """As JSON."""
        return {"past_pairs": asdict(self.like) if self.like else None, "label_next": list(self.label_next)}


def _like(tested: Experiment, made: Recommendation, results: Results, plugins: Plugins) -> Likeness | None:
    """Past pairs; the source is measured only where likeness says more than the kind of data does."""
    record, content = track_record(), tested.targets[0].dataset.record.content
    measures: Mapping[str, float | str] = {}
    if content in record.foretells:
        (pair,) = relatedness.pairs(Engine(tested, plugins, results.store), [results], made.budget)
        measures = pair.measures
    return record.like(content, measures)


def _to_label(results: Results, plugins: Plugins) -> tuple[str, ...]:
    """The names of the items to label next; none where answers are no classes, or all are known."""
    try:
        chosen = predictions.choose(results.folder, plugins)
        table = predictions.worth_labelling(chosen, _ITEMS).table()
    except (DataError, Incompatible, UsageError):
        return ()
    names = [column for name, column in table.items() if name not in ("answer", "rank", chosen.shows)]
    return tuple(" – ".join(map(str, row)) for row in zip(*names, strict=True))
