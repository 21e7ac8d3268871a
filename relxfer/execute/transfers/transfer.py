"""The transfer of a cell: from what was prepared and the views of its data to a trained model in the run directory."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from relxfer.contract.learners import Learner
from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Cell, Strategy
from relxfer.declare.experiment import Chosen
from relxfer.errors import ArtefactError
from relxfer.execute import artefacts, outcome
from relxfer.execute.artefacts import Artefact
from relxfer.execute.attach import Attach, checked
from relxfer.execute.events import Events
from relxfer.execute.oracle import Oracle
from relxfer.execute.transfers.prepared import Prepared
from relxfer.plan import fingerprints
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plan.selection import Shown
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.seeding import seed_torch
from relxfer.store.entry import Entry, Outcome
from relxfer.store.run_directory import Store
from relxfer.train.machine import PeakMemory
from relxfer.train.stopped import Stop

if TYPE_CHECKING:
    from relxfer.train.trainer import PhaseTrainer


@dataclass
class Transfers:
    """Trains the cells of one experiment and stores their models.

    It is given views only, so that neither it nor a strategy can open a test: `shown` has the target without its test,
    the sources, and the validator with its own data.
    """

    training: TrainingOptions
    store: Store
    events: Events
    code: Versions
    plugins: Plugins
    attach: Attach

    def identity(self, cell: PlannedCell, model: Chosen, artefact: Artefact | None, shown: Shown) -> Fingerprint:
        """The fingerprint of the transfer of a cell; no test is in it."""
        sha = artefact.sha if artefact else None
        return fingerprints.of_transfer(cell, self.training, model, sha, shown, self.code)

    def finished(self, ready: Prepared) -> Outcome | None:
        """How the transfer ended, if it was done before."""
        return self.store.cell(ready.identity).outcome()

    def run(
        self, ready: Prepared, shown: Shown, oracle: Oracle | None = None, stop: Stop | None = None
    ) -> tuple[Learner, Outcome]:
        """The trained learner of a cell and how its training ended. A transfer that was done before is only loaded.

        oracle  watches the validation points, if the configuration asks for it
        stop    whether to stop after a validation point

        Raises:
            Stopped: it was told to stop; it goes on from there when it is run again.
        """
        entry = self.store.cell(ready.identity)
        if (ended := entry.outcome()) is not None and (learner := self._stored(ready, shown, entry)) is not None:
            return learner, ended
        return self._train(ready, shown, entry, self._trainer(ready, shown, entry, oracle, stop))

    def _stored(self, ready: Prepared, shown: Shown, entry: Entry) -> Learner | None:
        """The learner of a finished transfer; None if its file is damaged."""
        try:
            model = artefacts.read(entry.model, self.plugins, None, [ready.model]).load()
        except ArtefactError as error:
            entry.drop(error)
            return None
        return self.attach.cached(model, ready.model, ready.cell.target.adapter, shown.target, shown.sources)

    def _train(self, ready: Prepared, shown: Shown, entry: Entry, trainer: PhaseTrainer) -> tuple[Learner, Outcome]:
        peak, start = PeakMemory(), time.perf_counter()
        learner = self._transferred(ready, shown, trainer)
        seconds = time.perf_counter() - start
        self.code.check()
        # a file that was read during training may have changed since the transfer was planned
        self.identity(ready.cell, ready.model, ready.artefact, shown).check(ready.identity)
        sha = artefacts.save(entry.model, learner.export(), ready.model, (shown.target.task,))
        ended = outcome.done(sha, trainer, shown.selection, peak, seconds)
        ended["artefact"] = ready.artefact.path.parent.name if ready.artefact else None
        ended["notes"] = list(learner.notes()) if hasattr(learner, "notes") else []
        entry.finish(ended)
        return learner, ended

    def _trainer(
        self, ready: Prepared, shown: Shown, entry: Entry, oracle: Oracle | None, stop: Stop | None
    ) -> PhaseTrainer:
        from relxfer.train.trainer import PhaseTrainer

        select = shown.selection.selector()
        entry.phases.mkdir(parents=True, exist_ok=True)
        return PhaseTrainer(
            self.training,
            entry.phases,
            ready.cell.seed,
            oracle.watch(select) if oracle else select,
            self.events.training(entry, ready.names, oracle),
            kept_features=self.attach.features,
            stop=stop,
        )

    def _transferred(self, ready: Prepared, shown: Shown, trainer: PhaseTrainer) -> Learner:
        """The learner after all stages of the strategy."""
        cell, artefact, adapter = ready.cell, ready.artefact, ready.cell.target.adapter
        seed_torch(cell.seed, "fresh")
        source = artefact if cell.starts_from_source else None
        model = source.load() if source else ready.model.build(None, None)
        views = shown.target, shown.sources
        learner = self.attach.cached(model, ready.model, adapter, *views, learnt=source is not None)
        taught = "teacher" in cell.method.needs and artefact is not None
        teacher = self.attach.unbound(artefact, adapter) if taught and artefact else None
        whole, stages = Cell(learner, trainer, *views, teacher), cell.method.stages
        for index, stage in enumerate(stages):
            share = whole if len(stages) == 1 else whole.part(str(index), 1 / len(stages))
            strategy: Strategy = stage.build()
            learner = checked(stage, strategy.transfer(replace(share, learner=learner)))
        return learner
