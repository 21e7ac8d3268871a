"""The transfer of a cell: from what was prepared and the views of its data to a trained model in the run directory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from relxfer.contract.data import Domain
from relxfer.contract.learners import Learner
from relxfer.contract.options import TrainingOptions
from relxfer.contract.records import DATA_NAMES
from relxfer.contract.strategies import Cell, Strategy
from relxfer.declare.experiment import Chosen, Method
from relxfer.errors import ArtefactError, Incompatible
from relxfer.execute import artefacts, outcome
from relxfer.execute.artefacts import Artefact
from relxfer.execute.attach import Attach, checked, untrained
from relxfer.execute.events import Events
from relxfer.execute.oracle import Oracle
from relxfer.execute.stored import calibration as calibrate
from relxfer.execute.stored import parts, reload
from relxfer.execute.stored.about import About
from relxfer.execute.stored.calibration import Probabilities
from relxfer.execute.stored.parts import Part
from relxfer.execute.transfers import left_out
from relxfer.execute.transfers.prepared import Prepared
from relxfer.execute.transfers.stop import Stop, stopping
from relxfer.plan import fingerprints
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plan.selection import Shown
from relxfer.plugins.finder import Plugins
from relxfer.plugins.versions import Versions
from relxfer.seeding import seed_torch
from relxfer.store import files
from relxfer.store.entry import Entry, Outcome
from relxfer.store.run_directory import Store
from relxfer.train.meter import Meter

if TYPE_CHECKING:
    from relxfer.train.trainer import PhaseTrainer

#: Called with the judged learner, what loads the stored one, and the target as the strategy saw it.
Check = Callable[[Learner, Callable[[], Learner], Domain], None]


@dataclass
class Transfers:
    """Trains the cells of one experiment and stores their models.

    It is given views only, so that neither it nor a strategy can open a test: `shown` has the target without its test,
    the sources, and the validator with its own data.
    """

    training: Callable[[Method], TrainingOptions]
    store: Store
    events: Events
    code: Versions
    plugins: Plugins
    attach: Attach

    def identity(self, cell: PlannedCell, model: Chosen, artefact: Artefact | None, shown: Shown) -> Fingerprint:
        """The fingerprint of the transfer of a cell; no test is in it."""
        sha = artefact.sha if artefact else None
        return fingerprints.of_transfer(cell, self.training(cell.method), model, sha, shown, self.code)

    def finished(self, ready: Prepared) -> Outcome | None:
        """How the transfer ended, if it was done before."""
        return self.store.cell(ready.identity).outcome()

    def run(
        self,
        ready: Prepared,
        shown: Shown,
        oracle: Oracle | None = None,
        check: Check = reload.check,
        stop: Stop | None = None,
    ) -> tuple[Learner, Outcome]:
        """The trained learner of a cell and how its training ended. A transfer that was done before is only loaded.

        oracle  watches the validation points, if the configuration asks for it
        check   checks that the stored model predicts as the learner, by queries of the test if it knows one
        stop    whether to stop after a validation point, beside what `events` says

        Raises:
            Stopped: it was told to stop; it goes on from there when it is run again.
        """
        entry = self.store.cell(ready.identity)
        if (ended := entry.outcome()) is not None and (learner := self._stored(ready, shown, entry)) is not None:
            return learner, ended
        return self._train(ready, shown, entry, self._trainer(ready, shown, entry, oracle, stop), check)

    def _stored(self, ready: Prepared, shown: Shown, entry: Entry) -> Learner | None:
        """The learner of a finished transfer; None if its file is damaged."""
        try:
            artefact = artefacts.read(entry.model, self.plugins, None, [ready.model], built=False)
            return self.attach.stored(artefact, ready.cell.adapter, shown.target, shown.sources)
        except ArtefactError as error:
            entry.drop(error)
            return None

    def calibrated(self, ready: Prepared) -> Probabilities | None:
        """From scores of a finished transfer to calibrated probabilities; None if it is not calibrated."""
        path = self.store.cell(ready.identity).model
        fitted = artefacts.read(path, self.plugins, None, [ready.model], built=False).about.calibration
        return calibrate.probabilities(fitted, self.plugins) if fitted else None

    def _train(
        self, ready: Prepared, shown: Shown, entry: Entry, trainer: PhaseTrainer, check: Check
    ) -> tuple[Learner, Outcome]:
        with Meter() as meter:
            learner = self._transferred(ready, shown, trainer)
        self.code.check()
        # a file that was read during training may have changed since the transfer was planned
        self.identity(ready.cell, ready.model, ready.artefact, shown).check(ready.identity)
        stages, left = ready.cell.method.stages, trainer.tally.left
        fitted = calibrate.fit(left_out.calibrated(shown, stages, left), learner, shown.target, self.plugins)
        sha = self._save(learner, ready, shown, entry, fitted)
        if (score := left_out.score(stages, left, shown.selection)) is not None:
            files.write_json(left_out.score_file(entry.folder, sha, shown.selection), {"score": score})
        self._check(learner, ready, shown, entry, check)
        ended = outcome.done(sha, trainer, shown.selection, meter)
        ended["model"] = ready.model.name
        ended["artefact"] = ready.artefact.path.parent.name if ready.artefact else None
        ended["notes"] = [*(learner.notes() if hasattr(learner, "notes") else ()), *fitted.said]
        entry.finish(ended)
        return learner, ended

    def _save(self, learner: Learner, ready: Prepared, shown: Shown, entry: Entry, fitted: calibrate.Fitted) -> str:
        """Store the model of a learner, and return its hash."""
        about = About.of(learner, ready.cell.adapter, shown.target, fitted.calibration, fitted.conformity)
        tasks = (shown.target.task,)
        return artefacts.save(entry.model, learner.export(), _begun(ready), tasks, self.plugins, about)

    def _check(self, learner: Learner, ready: Prepared, shown: Shown, entry: Entry, check: Check) -> None:
        """Check that the stored model, loaded again, predicts as the learner; `PluginError` if it does not."""

        def loaded() -> Learner:
            model = artefacts.read(entry.model, self.plugins, None, [ready.model], built=False).load()
            return self.attach.plain(model, ready.cell.adapter, shown.target, shown.sources)

        with self.attach.features.unused():  # the weights of each learner count, and not what is kept of either
            check(learner, loaded, shown.target)

    def _trainer(
        self, ready: Prepared, shown: Shown, entry: Entry, oracle: Oracle | None, stop: Stop | None
    ) -> PhaseTrainer:
        from relxfer.train.trainer import PhaseTrainer

        select = shown.selection.selector()
        entry.phases.mkdir(parents=True, exist_ok=True)
        return PhaseTrainer(
            self.training(ready.cell.method),
            entry.phases,
            ready.cell.seed,
            oracle.watch(select) if oracle else select,
            stopping(self.events.training(entry, ready.names, oracle), stop),
            kept_features=self.attach.features,
            until=shown.selection.until,
        )

    def _transferred(self, ready: Prepared, shown: Shown, trainer: PhaseTrainer) -> Learner:
        """The learner after all stages of the strategy."""
        cell, artefact, adapter = ready.cell, ready.artefact, ready.cell.adapter
        learner = self._fresh(ready, shown)
        taught = "teacher" in cell.method.needs and artefact is not None
        teacher = self.attach.unbound(artefact, adapter) if taught and artefact else None
        whole, stages = Cell(learner, trainer, shown.target, shown.sources, teacher), cell.method.stages
        for index, stage in enumerate(stages):
            share = whole if len(stages) == 1 else whole.part(str(index), 1 / len(stages))
            another = partial(self._fresh, ready, shown) if index == 0 else self._copying(learner, ready, shown)
            strategy: Strategy = stage.build()
            learner = checked(stage, strategy.transfer(replace(share, learner=learner, another=another)))
        return learner

    def _fresh(self, ready: Prepared, shown: Shown, *name: str) -> Learner:
        """A learner as the strategy is given it; what is new about it is drawn for the seed of the cell and a name."""
        cell, adapter, views = ready.cell, ready.cell.adapter, (shown.target, shown.sources)
        seed_torch(cell.seed, "fresh", *name)
        if ready.artefact and cell.starts_from_source:
            _check_abilities(ready)
            return self.attach.stored(ready.artefact, adapter, *views)
        return self.attach.cached(untrained(ready.model), ready.model, adapter, *views, learnt=False)

    def _copying(self, learner: Learner, ready: Prepared, shown: Shown) -> Callable[[str], Learner]:
        """What makes further learners of the model that an earlier stage left."""
        part = parts.of(learner.export(), _begun(ready), self.plugins).copied()
        artefact = Artefact(self.store.cell(ready.identity).model, "", part, (shown.target.task,))

        def another(name: str) -> Learner:
            seed_torch(ready.cell.seed, "fresh", name)
            return self.attach.stored(artefact, ready.cell.adapter, shown.target, shown.sources)

        return another


def _begun(ready: Prepared) -> Part:
    """The model that the learner of a cell begins with."""
    given = ready.artefact if ready.cell.starts_from_source else None
    return given.part if given else parts.untrained(ready.model)


def _check_abilities(ready: Prepared) -> None:
    """Raise `Incompatible` where a composite source model lacks what the strategy needs of its learner."""
    record = ready.model.record
    lacking = [n for n in ready.cell.method.needs if n not in (*DATA_NAMES, *record.offers)] if record.composite else []
    if lacking:
        raise Incompatible(
            f"a source model that offers {lacking[0]}",
            f"the composite model {record.name!r}, which only predicts",
            "choose a strategy such as zero-shot, or start from one of the models that it was made of",
        )
