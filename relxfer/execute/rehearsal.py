"""Measuring the speed of a plan: a few steps of its real models on a part of its data, in a directory of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Learner
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Experiment, Source
from relxfer.execute.artefacts import Artefact
from relxfer.execute.domains import Domains
from relxfer.execute.engine import Engine
from relxfer.execute.pace import NOTHING, Line, Pace
from relxfer.execute.sources import Sources
from relxfer.execute.transfers.prepared import Prepared
from relxfer.execute.transfers.transfer import Transfers
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Shown
from relxfer.plugins.finder import Plugins
from relxfer.seeding import generator
from relxfer.store.run_directory import Store
from relxfer.train import memory
from relxfer.train.features import FeatureCache
from relxfer.train.trainer import PhaseTrainer

#: The most queries of a split that a rehearsal trains on, where a batch holds no more, and that it validates, and the
#: first number that it predicts.
MOST, ASKED, FIRST = 128, 32, 8
#: Steps after those that compile kernels and fill caches; steps and queries are measured for at least this long.
STEPS, SECONDS = 3, 0.3
#: Where the first step took so many seconds, two more are measured (a single one would be found stored); a validation
#: point that seems to take fewer than these is measured whole.
LONG, VALIDATED = 1.5, 5.0
#: Where several queries take less than so many times as long as one, any number takes as long.
LEVEL = 1.25

Made = TypeVar("Made")
#: What was trained, the seconds of all of it, and the seconds and number of its steps.
Trained: TypeAlias = tuple[Made, float, float, int]


class Rehearsal:
    """Runs cells and pre-trainings of an experiment with few steps, cells on a part of their data, and measures them.

    Only what a strategy may see is used: no test is opened.

    folder  an empty directory, which the caller removes
    """

    def __init__(self, experiment: Experiment, plugins: Plugins, domains: Domains, folder: Path):
        self._paces: dict[tuple[str | None, ...], Pace] = {}
        self._asked: dict[tuple[str | None, ...], tuple[Line, Line, Line]] = {}
        self._engine = Engine(_shortened(experiment), plugins, Store(folder), domains=domains)
        # those on disk would make the first cell look fast, and these are of no use to later runs
        self._engine.attach.features = FeatureCache()
        self._transfers = _Transfers(**_fields(self._engine.transfers))
        self._sources = self._engine.cells.sources = _Sources(**_fields(self._engine.sources))

    def cell(self, cell: PlannedCell, labels: str) -> Pace:
        """The speed of a cell, and so of all cells of its row with as many labels, which are measured once.

        Raises:
            Exception: whatever its plugins raise.
        """
        key = _row_of(cell, labels)
        if key not in self._paces:
            self._paces[key] = self._cell(cell)
        return self._paces[key]

    def knows(self, cell: PlannedCell, labels: str) -> bool:
        """Whether this speed is measured already."""
        return _row_of(cell, labels) in self._paces

    def _cell(self, cell: PlannedCell) -> Pace:
        cell = replace(cell, source=self._own(cell.source))
        shown = self._engine.domains.shown(cell)
        most = max(MOST, self._engine.experiment.training(cell.method).batch_size)
        few, many = _part(shown, most // 2, ASKED), _part(shown, most, ASKED)
        with memory.held(cell.adapter.record.large_blocks):
            warm, _, first, _ = self._run(cell, few, 1)  # compiles kernels, and computes features that are kept
            learner, seconds, spent, steps = self._repeated(lambda steps: self._run(cell, many, steps), first)
            fit = Line(seconds - spent) if steps else self._closed_form(cell, few, many, seconds)
            row = _row_of(cell)
            if row not in self._asked:  # the number of labels changes no answer
                asked = self._asked_of(cell, shown.target.inputs)
                if asked is not None:
                    self._seconds(warm, asked.take(np.arange(min(FIRST, len(asked)))))  # compiles kernels
                self._asked[row] = (self._validation(shown, learner), *self._answers(learner, asked))
            return Pace(spent / max(1, steps), fit, *self._asked[row])

    def stage(self, source: Source, seed: int) -> Pace:
        """The speed of the pre-training of a source, which is measured once.

        Raises:
            Exception: whatever its plugins raise.
        """
        if (source.name,) not in self._paces:
            self._paces[(source.name,)] = self._stage(source, seed)
        return self._paces[(source.name,)]

    def _stage(self, source: Source, seed: int) -> Pace:
        adapter, views = self._sources.adapter(source), self._sources.views(source).sources
        with memory.held(adapter.record.large_blocks):
            first = self._trained(source, seed, 1)[2]  # compiles kernels
            artefact, seconds, spent, steps = self._repeated(lambda steps: self._trained(source, seed, steps), first)
            learner, validated = self._engine.attach.plain(artefact.load(), adapter, None, views), views[0].val
            pace = Pace(spent / max(1, steps), Line(seconds - spent))
            return replace(pace, validate=self._predicting(learner, validated)) if validated else pace

    def _trained(self, source: Source, seed: int, steps: int) -> Trained[Artefact]:
        """Pre-train a source with this number of steps."""
        short = _short_source(source, steps)
        with self._watch() as watch:
            entry = self._sources.train(short, seed)
        return self._engine.artefacts.read(entry.model, short.model), *watch.of(self._sources.last)

    def _own(self, source: Source | None) -> Source | None:
        """The source of the shortened experiment with the same name."""
        named = self._engine.experiment.sources
        return None if source is None else next(each for each in named if each.name == source.name)

    def _run(self, cell: PlannedCell, shown: Shown, steps: int) -> Trained[Learner]:
        """Train a cell with this number of steps."""
        self._transfers.training = lambda method: _short(self._engine.experiment.training(method), steps)
        ready = self._prepared(cell, shown)
        with self._watch() as watch:
            learner, _ = self._transfers.run(ready, shown)
        return learner, *watch.of(self._transfers.last)

    def _repeated(self, train: Callable[[int], Trained[Made]], first: float) -> Trained[Made]:
        """Train with a few steps, and again with more where these were too fast to be measured.

        first  seconds of the first step
        """
        made = train(STEPS if first < LONG else 2)
        spent, steps = made[2:]
        enough = math.ceil(steps * SECONDS / spent) if spent else 0
        return train(min(enough, 500)) if enough > steps else made

    def _closed_form(self, cell: PlannedCell, few: Shown, many: Shown, seconds: float) -> Line:
        """Seconds of a fit without steps by the number of its queries, whose features are kept by now."""
        return Line.through((_size(few.target), self._run(cell, few, 2)[1]), (_size(many.target), seconds))

    def _prepared(self, cell: PlannedCell, shown: Shown) -> Prepared:
        artefact = self._sources.artefact(cell.source, cell.source_seed) if cell.needs_source and cell.source else None
        artefact = artefact.called(cell.target.config.class_map) if artefact else None
        model = artefact.model if artefact and cell.starts_from_source else self._engine.cells.architecture(cell)
        return Prepared(cell, artefact, model, self._transfers.identity(cell, model, artefact, shown))

    def _asked_of(self, cell: PlannedCell, inputs: Any) -> Examples | None:
        """Queries to be answered that are no test; None where there are none."""
        complete = self._engine.domains.of(cell).domain
        splits = (complete.val, complete.train, complete.unlabelled)
        return next((replace(split, inputs=inputs).hidden() for split in splits if split), None)

    def _answers(self, learner: Learner, asked: Examples | None) -> tuple[Line, Line]:
        """Seconds of queries, and of queries whose features are kept."""
        if asked is None:
            return NOTHING, NOTHING
        with self._engine.attach.features.unused():
            first = self._predicting(learner, asked)
        few = asked.take(np.arange(min(MOST, len(asked)))).hidden()
        attached = getattr(learner, "attached", None)
        if attached is None or attached.features(learner, few) is None:  # its features are not kept
            return first, first
        return first, Line(0.0, self._seconds(learner, few) / len(few))

    def _validation(self, shown: Shown, learner: Learner) -> Line:
        """Seconds of a validation point by the number of queries: of all of them, where that does not take long.

        A learner may keep what it has computed, so that what is asked twice tells nothing. Some compute all whatever is
        asked, such as a whole network.
        """
        one = self._validated(_part(shown, MOST, 1), learner)
        few, most = self._validated(_part(shown, MOST, ASKED), learner), queries_of_validation(shown)
        if few[0] > one[0] and few[1] < LEVEL * one[1]:
            return Line(few[1])
        if few == (0, 0.0) or few[1] * most > VALIDATED * few[0]:
            return Line(0.0, few[1] / max(1, few[0]))
        return Line(0.0, (few[1] + self._validated(shown, learner)[1]) / most)

    def _validated(self, shown: Shown, learner: Learner) -> tuple[int, float]:
        """How many queries a validation point has, and its seconds."""
        select, count = shown.selection.selector(), queries_of_validation(shown)
        if select is None or not count:
            return 0, 0.0
        with self._watch() as watch:
            select(learner)
        return count, watch.seconds

    def _predicting(self, learner: Learner, examples: Examples) -> Line:
        """Seconds of queries, from more and more of them until these take long enough."""
        drawn = examples.take(generator("rehearsal").permutation(len(examples)))
        count = min(FIRST, len(drawn))
        self._seconds(learner, drawn.take(np.arange(count)))  # compiles kernels
        before, now = (0, 0.0), (count, self._seconds(learner, drawn.take(np.arange(count))))
        while now[0] < len(drawn) and now[1] < SECONDS:
            count = min(4 * now[0], len(drawn))
            before, now = now, (count, self._seconds(learner, drawn.take(np.arange(count))))
        return Line.through(before, now)

    def _seconds(self, learner: Learner, examples: Examples) -> float:
        with self._watch() as watch:
            for _ in learner.predict(examples.hidden()):
                pass
        return watch.seconds

    def _watch(self) -> Watch:
        return Watch(self._engine.attach.device == "cpu")


class Watch:
    """Seconds of a block: of CPU time, which does not depend on what else a machine does; on a GPU of wall time."""

    def __init__(self, cpu: bool):
        self._clock = time.process_time if cpu else time.perf_counter

    def __enter__(self) -> Watch:
        self._wall, self._start = time.perf_counter(), self._clock()
        return self

    def __exit__(self, *of: object) -> None:
        self.seconds = self._clock() - self._start
        self._rate = self.seconds / max(time.perf_counter() - self._wall, 1e-9)

    def of(self, trainer: PhaseTrainer) -> tuple[float, float, int]:
        """The seconds of all that a trainer was made for, and the seconds and number of its steps."""
        steps = sum(progress.step for progress in trainer.tally.phases.values())
        return self.seconds, min(trainer.tally.seconds * self._rate, self.seconds), steps


class _KeepsTrainer:
    """Keeps the last trainer that was made, for what its steps took."""

    last: PhaseTrainer

    def _trainer(self, *given: Any) -> PhaseTrainer:
        self.last = super()._trainer(*given)  # type: ignore[misc]
        return self.last


class _Transfers(_KeepsTrainer, Transfers):
    pass


class _Sources(_KeepsTrainer, Sources):
    pass


def _row_of(cell: PlannedCell, *labels: str) -> tuple[str | None, ...]:
    """What the cells of a row have in common."""
    return (cell.source.name if cell.source else None, cell.target.name, cell.method.name, *labels)


def _fields(of: Any) -> dict[str, Any]:
    return {each.name: getattr(of, each.name) for each in fields(of)}


def _short(training: TrainingOptions, steps: int) -> TrainingOptions:
    """Training with this number of steps and no validation."""
    changes = {"steps": steps, "epochs": None, "validations": 0, "patience": None}
    return training.model_copy(update=changes)


def _shortened(experiment: Experiment) -> Experiment:
    """The experiment with few steps of pre-training."""
    return replace(experiment, sources=tuple(_short_source(source, STEPS) for source in experiment.sources))


def _short_source(source: Source, steps: int) -> Source:
    training = _short(source.config.training, steps)
    return replace(source, config=source.config.model_copy(update={"training": training}))


def _part(shown: Shown, count: int, asked: int) -> Shown:
    """The views of a cell with at most `count` queries in every split, and `asked` in those of the validator."""
    selection = shown.selection
    validated = None if selection.target is None else _few(selection.target, asked)
    return replace(
        shown,
        target=_few(shown.target, count),
        sources=tuple(_few(source, count) for source in shown.sources),
        selection=replace(
            selection, target=validated, sources=tuple(_few(source, asked) for source in selection.sources)
        ),
    )


def _few(domain: Domain, count: int) -> Domain:
    """A domain with the same inputs and at most `count` queries in every split."""
    train, val, unlabelled = (_drawn(split, count) for split in (domain.train, domain.val, domain.unlabelled))
    return replace(domain, train=train, val=val, unlabelled=unlabelled)


def _drawn(examples: Examples | None, count: int) -> Examples | None:
    if examples is None or len(examples) <= count:
        return examples
    return examples.take(np.sort(generator("rehearsal").permutation(len(examples))[:count]))


def _size(domain: Domain) -> int:
    """Number of queries that a strategy may train on."""
    return sum(len(split) for split in (domain.train, domain.unlabelled) if split is not None)


def queries_of_validation(shown: Shown) -> int:
    """Number of queries that a validator asks at each validation point."""
    rule, domains = shown.selection.validator, (*filter(None, [shown.selection.target]), *shown.selection.sources)
    most = getattr(rule.options, "max_queries", None) if rule is not None else None
    counts = (len(split) for domain in domains for split in (domain.val, domain.unlabelled) if split is not None)
    return sum(count if most is None else min(count, most) for count in counts)
