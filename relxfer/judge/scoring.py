"""Metrics of results, as plugins offer them for a kind of task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.contract.records import Metric, TaskKind
from relxfer.contract.tasks import Task
from relxfer.errors import PluginError, RelxferError, UnknownName, UsageError
from relxfer.plugins.finder import Plugins, load_object


@dataclass(frozen=True)
class Measured:
    """The metrics of one evaluation.

    values     metric -> [n] float: the contribution of every query, whose mean is the metric
    undefined  metric -> why it has no value
    classes    metric -> [n] int: the class of every query, of metrics in which every class counts alike
    chance     metric -> its value for predictions that know nothing, where there is one
    per_item   metrics that are means over queries, of which no query can change more than its own share
    """

    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    undefined: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, np.ndarray] = field(default_factory=dict)
    chance: Mapping[str, float] = field(default_factory=dict)
    per_item: frozenset[str] = frozenset()

    @property
    def means(self) -> dict[str, float]:
        """Metric -> its value."""
        return {name: float(np.mean(of)) for name, of in self.values.items()}

    def of(self, metric: str) -> np.ndarray:
        """[n] float: the contribution of every query to a metric that is not undefined.

        Raises:
            UsageError: no plugin that is loaded offers the metric.
        """
        if metric not in self.values:
            raise UsageError(
                f"expected a plugin that offers the metric {metric!r}, got none; load it from its file (--plugin "
                "FILE.py, or plugins=[module] in Python), or install it"
            )
        return self.values[metric]


@dataclass(frozen=True)
class Scorer:
    """Computes the metrics that plugins offer."""

    plugins: Plugins

    def kinds(self) -> list[str]:
        """The kinds of task that can be judged."""
        return self.plugins.names(TaskKind.kind)

    def record(self, kind: str) -> TaskKind:
        """The record of a kind of task.

        Raises:
            UnknownName: no plugin offers it.
        """
        record = self.plugins.find(TaskKind.kind, kind).record
        assert isinstance(record, TaskKind)
        return record

    def task(self, kind: str) -> type[Task]:
        """The class of a kind of task.

        Raises:
            UnknownName: no plugin offers it.
            PluginError: it is no kind of task.
        """
        made = load_object(self.record(kind).load)
        if not (isinstance(made, type) and issubclass(made, Task)):
            raise PluginError(f"expected the task {kind!r} as a subclass of relxfer.Task, got {made!r}; correct it")
        return made

    def metrics(self, kind: str, first: Sequence[str] = ()) -> list[Metric]:
        """The metrics of a kind of task, beginning with the one that decides the verdicts.

        first  names of metrics, of which the first that the kind has decides; without any, the kind's own first
        """
        own = self.record(kind).metrics
        others = (offer.record for offer in self.plugins.all(Metric.kind))
        further = [r.name for r in others if isinstance(r, Metric) and kind in r.tasks and r.name not in own]
        names = [*own, *further]
        deciding = next((name for name in first if name in names), names[0])
        return [self._metric(name) for name in (deciding, *(name for name in names if name != deciding))]

    def _metric(self, name: str) -> Metric:
        record = self.plugins.find(Metric.kind, name).record
        assert isinstance(record, Metric)
        return record

    def measure(self, kind: str, arrays: Mapping[str, np.ndarray], ties: str) -> Measured:
        """Every metric of a kind of task.

        arrays  what `Task.judge` returned
        ties    the rule for ties, used where the kind has rules

        Raises:
            UnknownName: no plugin offers the kind, or a metric that it names.
            PluginError: a metric raises, or returns something else than a value for each query.
        """
        record = self.record(kind)
        made: dict[str, PerItem | ByInfluence] = {}
        undefined = {}
        results = self.task(kind).results(arrays, ties if record.ties else "")
        total = len(next(iter(arrays.values())))
        for metric in self.metrics(kind):
            try:
                made[metric.name] = _made(metric, results, total)
            except Undefined as reason:
                undefined[metric.name] = str(reason)
        by_class = {name: each.classes for name, each in made.items() if isinstance(each, ByInfluence)}
        return Measured(
            {name: np.asarray(each.contributions, dtype=float) for name, each in made.items()},
            undefined,
            {name: classes for name, classes in by_class.items() if classes is not None},
            {name: each.chance for name, each in made.items() if each.chance is not None},
            frozenset(name for name, each in made.items() if isinstance(each, PerItem)),
        )


def deciding(scorer: Scorer, kinds: Sequence[str], wanted: Sequence[str]) -> None:
    """Check that every metric of `report.metric` is one of some kind of task in a run.

    Raises:
        UnknownName: no kind has a metric of this name.
    """
    names = [metric.name for kind in dict.fromkeys(kinds) for metric in scorer.metrics(kind)]
    for name in wanted:
        if name not in names:
            raise UnknownName(f"metric of a {' or '.join(dict.fromkeys(kinds))} task", name, names)


def _made(metric: Metric, results: object, total: int) -> PerItem | ByInfluence:
    """What one metric makes of the results.

    Raises:
        PluginError: it raises another error than `Undefined`, or returns something else.
    """
    where = f"the metric {metric.name!r} ({metric.load})"
    function = load_object(metric.load)
    try:
        made = function(results)
        made = made if isinstance(made, PerItem | ByInfluence) else PerItem(np.asarray(made, dtype=float))
        contributions = np.asarray(made.contributions, dtype=float)
    except (RelxferError, MemoryError):
        raise
    except Exception as error:
        got = f"{type(error).__name__}: {error}"
        raise PluginError(f"expected {where} to return a value for each query, got {got}; correct it") from error
    if contributions.shape != (total,) or not np.isfinite(contributions).all():
        got = f"shape {list(contributions.shape)}" if contributions.shape != (total,) else "values that are not finite"
        raise PluginError(
            f"expected {where} to return a finite value for each of {total} queries, got {got}; "
            "raise relxfer.contract.metrics.Undefined where there is none"
        )
    return made
