"""The data of an experiment. Each data set is loaded once, and its test stays sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from relxfer.contract.data import Domain
from relxfer.contract.tasks import Task
from relxfer.data.load import domain_of
from relxfer.declare.experiment import Chosen, Experiment, Source, Target
from relxfer.errors import RelxferError, UnknownName
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.sealed import Sealed
from relxfer.judge.scoring import Scorer
from relxfer.plan import calibration, selection
from relxfer.plan.answer_names import called, ordered_as, unanswered
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Shown
from relxfer.plan.views import source_view, target_view
from relxfer.plugins.finder import Plugins
from relxfer.store import files

#: Needs that give a strategy the data of sources; without them it sees none.
_OF_SOURCES = {"source-labels", "source-inputs"}


@dataclass
class Domains:
    """The targets and sources of an experiment, and the views of them that a cell may see."""

    experiment: Experiment
    plugins: Plugins
    scorer: Scorer
    artefacts: Artefacts
    _loaded: dict[str, Sealed] = field(default_factory=dict)  # by data set and options
    _targets: dict[tuple[object, ...], Sealed] = field(default_factory=dict)  # by name, and answers in order
    _sources: dict[str, tuple[Sealed, ...]] = field(default_factory=dict)

    def target(self, target: Target, source: Source | None = None) -> Sealed:
        """The data set of a target, prepared for its task.

        source  its answers have the order in which this source has them; a target of whose answers nothing is known
                has those of this source, or of the first that has some
        """
        domain = self._prepared(target).domain
        if domain.task.open:
            return self._prepared(target)
        asked = [source] if source is not None else []
        asked += self.experiment.sources if unanswered(domain) else ()
        known = (self.tasks(each, target) for each in asked)
        return self.answering(target, next(filter(None, known), ()))

    def of(self, cell: PlannedCell) -> Sealed:
        """The data set of the target of a cell, whose answers have the order in which its model learns them."""
        return self.target(cell.target, cell.source if cell.meets_source else None)

    def answering(self, target: Target, tasks: Sequence[Task]) -> Sealed:
        """The data set of a target whose answers are as in the first of `tasks` that has the same; where nothing is
        known of them, those of the first."""
        key = target.name, *(task.answers for task in tasks)
        if key not in self._targets:
            self._targets[key] = self._prepared(target).posed(partial(self._answering, tasks))
        return self._targets[key]

    def _answering(self, tasks: Sequence[Task], domain: Domain) -> Domain:
        if tasks and unanswered(domain):
            made = self.scorer.task(tasks[0].kind)(tasks[0].answers)  # type: ignore[arg-type]  # a kind sets `kind`
            return replace(domain, task=made)
        return ordered_as(domain, tasks)

    def _prepared(self, target: Target) -> Sealed:
        if (target.name,) not in self._targets:
            sealed = self._load(target.dataset).observed(target.config.observed_fraction)
            self._targets[target.name,] = sealed.posed(partial(self._posed, target.task))
        return self._targets[target.name,]

    def tasks(self, source: Source | None, target: Target) -> tuple[Task, ...] | None:
        """The tasks that a source was trained on, with the names that their answers have at a target.

        None if the file that stores them cannot be read.
        """
        learnt = self._learnt(source)
        return None if learnt is None else tuple(task.called(target.config.class_map) for task in learnt)

    def _learnt(self, source: Source | None) -> tuple[Task, ...] | None:
        tasks = tuple(domain.task for domain in self.sources(source))
        if tasks or source is None:
            return tasks
        try:
            return self.artefacts.given(source).tasks
        except RelxferError:
            return None  # the cells that need the file fail with this error later; other cells can run

    def _posed(self, task: Chosen | None, domain: Domain) -> Domain:
        """A domain with the task that the configuration names: one of its own, or one that is made of its task.

        Raises:
            Incompatible: it has no such task, and none can be made.
        """
        if task is None or task.name == domain.task.kind:
            return domain
        if task.name in domain.tasks:
            return domain.posed(task.name)
        made = self.scorer.task(task.name)()  # type: ignore[call-arg]  # a kind of task sets `kind` itself
        return made.posed(domain)

    def check_map(self, target: Target) -> None:
        """Check that `class_map` of a target names answers of its sources.

        Raises:
            UnknownName: no source has one of them.
        """
        theirs = {
            name for source in self.experiment.sources for task in self._learnt(source) or () for name in task.answers
        }
        for name in target.config.class_map:
            if theirs and name not in theirs:
                raise UnknownName(f"answer of a source, in class_map of target {target.name!r}", name, sorted(theirs))

    def sources(self, source: Source | None, target: Target | None = None) -> tuple[Domain, ...]:
        """The data sets of a source, without their tests; none if the source is only a model.

        Their answers have the order of the first, or of the model from which training goes on.

        target  whose names the answers have
        """
        names = {} if target is None else target.config.class_map
        return tuple(called(sealed.domain, names) for sealed in self._of_source(source))

    def same_inputs(self, source: Source | None, target: Target) -> bool:
        """Whether a source is the target's own data, however the two are split."""
        datasets = self._of_source(source)
        return len(datasets) == 1 and datasets[0].same_data(self.target(target, source))

    def _of_source(self, source: Source | None) -> tuple[Sealed, ...]:
        if source is None:
            return ()
        if source.name not in self._sources:
            loaded = map(self._load, source.datasets)
            posed = [each.posed(partial(self._posed, source.task)) for each in loaded]
            tasks = [*self._begun(source), *(each.domain.task for each in posed)]
            self._sources[source.name] = tuple(each.posed(partial(ordered_as, tasks=tasks)) for each in posed)
        return self._sources[source.name]

    def _begun(self, source: Source) -> tuple[Task, ...]:
        """The tasks of the model from which the training of a source goes on."""
        if not source.config.continued:
            return ()
        try:
            return self.artefacts.given(source).tasks
        except RelxferError:
            return ()  # its training fails with this error later

    def _load(self, dataset: Chosen) -> Sealed:
        key = files.fingerprint(dataset.card())
        if key not in self._loaded:
            self._loaded[key] = Sealed(domain_of(dataset))
        return self._loaded[key]

    def shown(self, cell: PlannedCell) -> Shown:
        """The views that the strategy and the validator of a cell may see."""
        needs, named = cell.method.needs, self.experiment.validator
        target, sources = self._cut(cell, needs)
        chosen = selection.choose(named, self.plugins, needs, lambda names: self._cut(cell, names))
        return Shown(target, sources, chosen, calibration.choose(self.experiment.calibrator, target))

    def _cut(self, cell: PlannedCell, needs: Sequence[str]) -> tuple[Domain, tuple[Domain, ...]]:
        """Views of target and sources for the needs of a strategy or a validator."""
        named, per = self.experiment.validator, cell.target.config.labels_per
        validated = named is None or "target-labels" in named.record.needs
        # labels are drawn first, so that they are the same for all sources, whatever the order of their classes
        target = target_view(self.target(cell.target).domain, needs, cell.budget, cell.seed, per, validated)
        target = self._answering([self.of(cell).domain.task], target)
        if not _OF_SOURCES & set(needs):
            return target, ()
        return target, tuple(source_view(domain, needs) for domain in self.sources(cell.source, cell.target))


def label_count(target: Domain) -> int:
    """Number of labelled items (units) of a target, including those for validation."""
    return sum(len(np.unique(split.unit_ids())) for split in (target.train, target.val) if split is not None)
