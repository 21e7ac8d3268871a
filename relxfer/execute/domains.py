"""The data of an experiment. Each data set is loaded once, and its test stays sealed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

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
from relxfer.plan.calibration import Calibrated
from relxfer.plan.cells import PlannedCell
from relxfer.plan.refusals import Facts, withholds
from relxfer.plan.selection import Selection, Shown
from relxfer.plan.views import labelled, of_cut, source_view, target_view
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

    def digests(self) -> dict[str, str]:
        """A digest of every data set, in the task that is asked of it, with its test, which stays sealed.

        Their names say whose they are: `target NAME`, `source NAME`, or `source NAME (2 of 3)`.
        """
        named = {f"target {target.name}": (target.dataset, target.task) for target in self.experiment.targets}
        for source in self.experiment.sources:
            count = len(source.datasets)
            for number, dataset in enumerate(source.datasets, 1):
                which = f" ({number} of {count})" if count > 1 else ""
                named[f"source {source.name}{which}"] = dataset, source.task
        posed = {name: self._load(dataset).posed(partial(self._posed, task)) for name, (dataset, task) in named.items()}
        return {name: files.fingerprint(sealed.digests[0]) for name, sealed in posed.items()}

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
        needs, named = cell.method.needs, self.experiment.validators_of(cell.method)
        views = self._views(cell)
        target, sources = views(needs)
        facts = Facts(self.of(cell).domain)

        def lacks(need: str) -> bool:
            return bool(withholds(need, cell, facts))

        chosen = selection.choose(named, self.plugins, needs, views, lacks, cell.trial)
        return Shown(target, sources, chosen, self._calibrated(cell, target))

    def _calibrated(self, cell: PlannedCell, shown: Domain) -> Calibrated:
        """By what a cell is calibrated; where inputs hold answers themselves, on labels of the data set."""
        of = self.of(cell).domain
        whole = target_view(of, ("target-labels",), "all", cell.seed) if of.task.self_supervised else None
        named = self.experiment.config.calibrator.use
        return calibration.choose(self.experiment.calibrator, named, self.plugins, shown, whole)

    def compared(self, cell: PlannedCell) -> Selection:
        """The rule by which finished rows of this target, label budget and seed are compared, with its labels.

        It is the automatic validator of strategies that use labels; there is none where there are no labels for it.
        """
        found = selection.choose((), self.plugins, ("target-labels",), self._views(cell))
        return found if found.validator and "target-labels" in found.validator.record.needs else Selection()

    def _views(self, cell: PlannedCell) -> Callable[[Sequence[str]], tuple[Domain, tuple[Domain, ...]]]:
        """What gives the views of target and sources for the needs of a strategy or a validator."""
        named = self.experiment.validators_of(cell.method)
        validated = not named or any("target-labels" in each.record.needs for each in named)
        cut = cache(partial(self._cut, cell))  # the strategy and the validator mostly see the same labels
        asked = [self.of(cell).domain.task]

        def views(needs: Sequence[str]) -> tuple[Domain, tuple[Domain, ...]]:
            target = of_cut(cut(validated and "target-labels" in needs), needs)
            return self._answering(asked, target), self._of_sources(cell, needs)

        return views

    def _cut(self, cell: PlannedCell, validated: bool) -> Domain:
        """The target with the labels that a cell may use.

        They are drawn before answers are ordered, so that they are the same for all sources.
        """
        domain, per = self.target(cell.target).domain, cell.target.config.labels_per
        return labelled(domain, cell.budget, cell.seed, per, validated)

    def _of_sources(self, cell: PlannedCell, needs: Sequence[str]) -> tuple[Domain, ...]:
        """Views of the sources for the needs of a strategy or a validator."""
        if not _OF_SOURCES & {*needs}:
            return ()
        return tuple(source_view(one, needs) for one in self.sources(cell.source, cell.target))


def label_count(target: Domain) -> int:
    """Number of labelled items (units) of a target, including those for validation."""
    return sum(len(np.unique(split.unit_ids())) for split in (target.train, target.val) if split is not None)
