"""The data of an experiment, each data set loaded once; what is handed out has no test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from relxfer.contract.data import Domain
from relxfer.data.load import domain_of
from relxfer.declare.resolve import Chosen, Experiment, Source, Target
from relxfer.execute.sealed import Sealed
from relxfer.plan import selection
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Shown
from relxfer.plan.views import source_view, target_view
from relxfer.plugins.finder import Plugins
from relxfer.store import files

#: Needs of which a source is cut; without them a strategy sees none.
_OF_SOURCES = {"source-labels", "source-inputs"}


@dataclass
class Domains:
    """The targets and sources of an experiment, and what of them is shown in a cell."""

    experiment: Experiment
    plugins: Plugins
    _loaded: dict[str, Sealed] = field(default_factory=dict)  # by data set and options
    _targets: dict[str, Sealed] = field(default_factory=dict)
    _sources: dict[str, tuple[Sealed, ...]] = field(default_factory=dict)

    def target(self, target: Target) -> Sealed:
        """As its task has it."""
        if target.name not in self._targets:
            found = self._load(target.dataset).observed(target.config.observed_fraction)
            self._targets[target.name] = found.clustering() if target.config.task == "clustering" else found
        return self._targets[target.name]

    def sources(self, source: Source | None) -> tuple[Domain, ...]:
        """Of a source its data sets; none where it is a model alone."""
        return tuple(sealed.domain for sealed in self._of_source(source))

    def same_inputs(self, source: Source | None, target: Target) -> bool:
        """Whether a source is the target's own data, under whatever split."""
        found = self._of_source(source)
        return len(found) == 1 and found[0].same_data(self.target(target))

    def _of_source(self, source: Source | None) -> tuple[Sealed, ...]:
        if source is None:
            return ()
        if source.name not in self._sources:
            self._sources[source.name] = tuple(map(self._load, source.datasets))
        return self._sources[source.name]

    def _load(self, dataset: Chosen) -> Sealed:
        key = files.fingerprint(dataset.card())
        if key not in self._loaded:
            self._loaded[key] = Sealed(domain_of(dataset))
        return self._loaded[key]

    def shown(self, cell: PlannedCell) -> Shown:
        """What the strategy and the validator of a cell may see."""
        needs, named = cell.method.needs, self.experiment.validator
        target, sources = self._cut(cell, needs)
        chosen = selection.choose(named, self.plugins, needs, lambda names: self._cut(cell, names))
        return Shown(target, sources, chosen)

    def _cut(self, cell: PlannedCell, needs: Sequence[str]) -> tuple[Domain, tuple[Domain, ...]]:
        """Target and sources cut for these needs, which are a strategy's or a validator's."""
        named, per = self.experiment.validator, cell.target.config.labels_per
        validated = named is None or "target-labels" in named.record.needs
        target = target_view(self.target(cell.target).domain, needs, cell.budget, cell.seed, per, validated)
        if not _OF_SOURCES & set(needs):
            return target, ()
        return target, tuple(source_view(domain, needs) for domain in self.sources(cell.source))


def label_count(target: Domain) -> int:
    """Labelled items of a target as it is shown, validation included."""
    return sum(len(np.unique(part.unit_ids())) for part in (target.train, target.val) if part is not None)
