"""Source models: read from a file, or pre-trained once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from relxfer.contract.data import Domain
from relxfer.contract.learners import Learner
from relxfer.contract.strategies import Cell, Strategy
from relxfer.declare import reading
from relxfer.declare.experiment import Chosen, Experiment, Source
from relxfer.errors import ArtefactError, Incompatible
from relxfer.execute import artefacts, outcome
from relxfer.execute.artefacts import Artefact, Artefacts
from relxfer.execute.attach import Attach, checked, untrained
from relxfer.execute.domains import Domains
from relxfer.execute.events import Events
from relxfer.execute.observing import parameters
from relxfer.execute.stored import parts
from relxfer.execute.stored.about import About
from relxfer.execute.stored.parts import Part
from relxfer.plan import fingerprints, selection
from relxfer.plan.fingerprints import Fingerprint, deciding_source
from relxfer.plan.selection import Selection
from relxfer.plan.views import source_view
from relxfer.plugins.versions import Versions
from relxfer.seeding import seed_torch
from relxfer.store.entry import Entry
from relxfer.store.run_directory import Store
from relxfer.train import memory
from relxfer.train.meter import Meter
from relxfer.train.processes import ALONE, Group

if TYPE_CHECKING:
    from relxfer.train.trainer import PhaseTrainer


@dataclass(frozen=True)
class Views:
    """The data of a source stage.

    sources    views of its data sets
    selection  the validator, with the views that it may see
    """

    sources: tuple[Domain, ...]
    selection: Selection


@dataclass
class Sources:
    """Reads or pre-trains the sources of one experiment in one run directory.

    group  the processes that train a source together
    """

    experiment: Experiment
    store: Store
    events: Events
    code: Versions
    domains: Domains
    artefacts: Artefacts
    attach: Attach
    group: Group = ALONE
    _views: dict[str, Views] = field(default_factory=dict)
    _trained: dict[tuple[str, int], Artefact] = field(default_factory=dict)

    def artefact(self, source: Source, seed: int | None, planned: Fingerprint | None = None) -> Artefact:
        """The model of a source: from its checkpoint, weights or run, or from pre-training, which is done once.

        seed  of the pre-training; None if it is only read from a file

        Raises:
            Changed: the pre-training is no longer what was `planned`.
        """
        if not source.pretrained or seed is None:
            return self.artefacts.given(source)
        key = source.name, seed
        if key not in self._trained:
            self._trained[key] = self.artefacts.read(self.train(source, seed, planned).model, source.model)
        return self._trained[key]

    def train(self, source: Source, seed: int, planned: Fingerprint | None = None) -> Entry:
        """Pre-train a source, unless that was done before.

        Raises:
            Changed: the pre-training is no longer what was `planned`.
        """
        identity = self.fingerprint(source, seed)
        identity.check(planned)
        entry = self.store.source(identity)
        with self.store.working(identity):
            if self.group.agreed(not self.kept(source, entry)):
                with memory.held(self.adapter(source).record.large_blocks):
                    self._attempt(source, entry, identity, seed)
        return entry

    def _attempt(self, source: Source, entry: Entry, identity: Fingerprint, seed: int) -> None:
        """Pre-train a source; an error is also written beside its checkpoints."""
        try:
            self._pretrain(source, entry, identity, seed)
        except (Exception, SystemExit) as error:
            entry.fail(outcome.failure(error))
            raise

    def kept(self, source: Source, entry: Entry) -> bool:
        """Whether a pre-training was done before and its model can be read; a damaged entry is dropped."""
        if entry.outcome() is None:
            return False
        try:
            self.artefacts.read(entry.model, source.model)
        except ArtefactError as error:
            entry.drop(error)
            return False
        return True

    def entry(self, source: Source, seed: int) -> Entry:
        """The entry of the run directory that keeps the pre-training with a seed."""
        return self.store.source(self.fingerprint(source, seed))

    def fingerprint(self, source: Source, seed: int) -> Fingerprint:
        """The fingerprint of the pre-training with a seed."""
        seen = self.views(source)
        start = self.artefacts.given(source).sha if source.config.continued else None
        views = seen.sources, seen.selection
        return fingerprints.of_source(source, start, self.adapter(source), *views, seed, self.code)

    def foreseen(self, source: Source, seed: int) -> tuple[Fingerprint, list[Chosen]]:
        """The fingerprint of the pre-training with a seed, and the offers whose code decides it."""
        seen = self.views(source)
        return self.fingerprint(source, seed), deciding_source(source, self.adapter(source), seen.selection)

    def adapter(self, source: Source) -> Chosen:
        """The adapter that attaches the model of a source: the first of the experiment that reads its data.

        Raises:
            Incompatible: no adapter of a target or a row reads them, or none is what the model needs.
        """
        data = [dataset.record for dataset in source.datasets]
        adapters = [chosen for chosen in self.experiment.adapters if reading.reads(chosen.record, data)]
        if not adapters:
            raise Incompatible(
                f"a target for source {source.name!r}, which is {', '.join(dict.fromkeys(d.content for d in data))}",
                ", ".join(f"{target.adapter.name}, which reads {', '.join(target.adapter.record.reads)}"
                          for target in self.experiment.targets),
                "choose source data of the target's kind",
            )  # fmt: skip
        assert source.model is not None
        model = source.model.record
        wrong = [reading.unfit(model, chosen.record, each) for chosen in adapters for each in data[:1]]
        for chosen, reason in zip(adapters, wrong, strict=True):
            if reason is None:
                return chosen
        raise Incompatible(f"a model for source {source.name!r}", str(wrong[0]), "correct the table [source]")

    def views(self, source: Source) -> Views:
        """The data of a source, without labels if it is not to learn from them."""
        if source.name not in self._views:
            needs = ("source-labels", "source-inputs") if source.config.labels else ("source-inputs",)
            views = tuple(source_view(domain, needs) for domain in self.domains.sources(source))
            chosen = selection.choose((), self.domains.plugins, needs, lambda names: (None, views))
            self._views[source.name] = Views(views, chosen)
        return self._views[source.name]

    def _pretrain(self, source: Source, entry: Entry, identity: Fingerprint, seed: int) -> None:
        """Pre-train a source and store its model, like the transfer of a cell without a target."""
        seen = self.views(source)
        names = stage_names(source, seed) | {"id": identity[:16]}
        self.events.cell_started(names, parameters.of_source(source), entry)
        trainer = self._trainer(source, seen, entry, names, seed)
        with Meter() as meter:
            learner, like = self._learnt(source, seen, trainer, seed)
        self.code.check()
        self.fingerprint(source, seed).check(identity)
        tasks = tuple(view.task for view in seen.sources)
        about = About.of(learner, self.adapter(source), seen.sources[0] if seen.sources else None, None)
        sha = artefacts.save(entry.model, learner.export(), like, tasks, self.artefacts.plugins, about)
        ended = outcome.done(sha, trainer, seen.selection, meter)
        entry.finish({**ended, "seed": seed, "id": identity[:16]})

    def _trainer(
        self, source: Source, seen: Views, entry: Entry, names: dict[str, str | int | None], seed: int
    ) -> PhaseTrainer:
        from relxfer.train.trainer import PhaseTrainer

        entry.phases.mkdir(parents=True, exist_ok=True)
        return PhaseTrainer(
            source.config.training,
            entry.phases,
            seed,
            seen.selection.selector(),
            self.events.training(entry, names),
            kept_features=self.attach.features,
            group=self.group,
        )

    def _learnt(self, source: Source, seen: Views, trainer: PhaseTrainer, seed: int) -> tuple[Learner, Part]:
        """Run the stages of a source, then train on its labels; return the learner and what it began with."""
        assert source.model is not None
        seed_torch(seed, "fresh")
        started = self._start(source) if source.config.continued else None
        model = started.load() if started else untrained(source.model)
        learner = self.attach.plain(model, self.adapter(source), None, seen.sources)
        cell = Cell(learner, trainer, None, seen.sources)  # type: ignore[arg-type]
        share = 1 / (len(source.stages) + source.config.labels)
        for index, stage in enumerate(source.stages):
            strategy: Strategy = stage.build()
            learner = checked(stage, strategy.transfer(cell.part(f"{index}", share, learner)))
        if source.config.labels:
            own_trainer = trainer.part("learn", share) if source.stages else trainer
            learner.learn([view.train for view in seen.sources if view.train is not None], own_trainer)
        return learner, started.part if started else parts.untrained(source.model)

    def _start(self, source: Source) -> Artefact:
        """The model that continued training starts from, with the options of the configuration, if there are any."""
        artefact, named = self.artefacts.given(source), source.model
        if named is None or source.config.model is None:
            return artefact
        if artefact.model.name != named.name:
            raise Incompatible(
                f"the model from which training continues, {artefact.model.name!r}, under [source]", repr(named.name),
                f'set model = "{artefact.model.name}" there, or leave it out',
            )  # fmt: skip
        return artefact


def stage_names(source: Source, seed: int) -> dict[str, str | int | None]:
    """The names that identify a source stage in events, in the form of those of a cell."""
    return {"source": source.name, "target": None, "strategy": "pre-train", "source_seed": seed, "seed": seed}
