"""Running a cell: it is prepared, transferred, evaluated and finished. No fingerprint is run twice."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from relxfer.contract.learners import Learner
from relxfer.contract.strategies import Cell, Strategy
from relxfer.declare.experiment import Chosen, Experiment
from relxfer.errors import ArtefactError, RelxferError
from relxfer.execute import outcome
from relxfer.execute.artefacts import Artefact
from relxfer.execute.attach import Attach, checked
from relxfer.execute.deadline import deadline
from relxfer.execute.domains import Domains, label_count
from relxfer.execute.events import Events
from relxfer.execute.oracle import Oracle
from relxfer.execute.sources import Sources
from relxfer.execute.stored.about import About
from relxfer.plan import fingerprints
from relxfer.plan.cells import Names, PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plan.selection import Shown
from relxfer.plugins.versions import Versions
from relxfer.seeding import seed_torch
from relxfer.store import files
from relxfer.store.entry import Entry, Ids, Outcome, Summary
from relxfer.store.run_directory import Store
from relxfer.train import memory
from relxfer.train.machine import PeakMemory

if TYPE_CHECKING:
    from relxfer.train.trainer import PhaseTrainer


@dataclass(frozen=True)
class Planned:
    """The fingerprints of a job, from the process that planned it; whoever runs the job must find the same.

    source  of the pre-training that it needs or is, if any
    cell    of the evaluation of its cell, if it is one
    """

    source: Fingerprint | None = None
    cell: Fingerprint | None = None


NOTHING = Planned()


@dataclass(frozen=True)
class Prepared:
    """A cell with everything that is decided before it runs. It holds no data, which is selected again when it runs.

    artefact    the source model, if the cell needs one
    model       the architecture that learns: that of the artefact, or the one that the plan names
    identity    fingerprint of the transfer
    evaluation  fingerprint of the transfer and its test
    """

    cell: PlannedCell
    artefact: Artefact | None
    model: Chosen
    identity: Fingerprint
    evaluation: Fingerprint

    @property
    def ids(self) -> Ids:
        """The ids under which the run directory keeps the transfer and the evaluation."""
        return {"id": self.identity[:16], "evaluation": self.evaluation[:16]}

    @property
    def names(self) -> Names:
        """What identifies the cell in events."""
        return {**self.cell.names, "id": self.identity[:16]}


@dataclass
class Cells:
    """Prepares and runs the cells of one experiment in one run directory."""

    experiment: Experiment
    store: Store
    events: Events
    code: Versions
    domains: Domains
    sources: Sources
    attach: Attach
    _label_counts: dict[tuple[str, ...], int] = field(default_factory=dict)

    # ------------------------------------------------------------------ before it is run

    def prepare(self, cell: PlannedCell, planned: Planned = NOTHING) -> Prepared:
        """Determine artefact, architecture and fingerprints of a cell; pre-trains its source if necessary.

        Raises:
            Changed: the source or the cell is no longer what was planned.
        """
        given = cell.source if cell.needs_source else None
        artefact = self.sources.artefact(given, cell.seed, planned.source) if given else None
        model = artefact.model if artefact and cell.starts_from_source else self._architecture(cell)
        shown = self.domains.shown(cell)
        self._label_counts[_key(cell)] = label_count(shown.target)
        identity = self._identity(cell, model, artefact, shown)
        evaluation = fingerprints.of_evaluation(identity, self.domains.target(cell.target).digests)
        evaluation.check(planned.cell)
        return Prepared(cell, artefact, model, identity, evaluation)

    def label_count(self, cell: PlannedCell) -> int:
        """Number of labelled target items that a cell may use, including those for validation."""
        if _key(cell) not in self._label_counts:
            self._label_counts[_key(cell)] = label_count(self.domains.shown(cell).target)
        return self._label_counts[_key(cell)]

    def _identity(self, cell: PlannedCell, model: Chosen, artefact: Artefact | None, shown: Shown) -> Fingerprint:
        options, sha = self.experiment.config.training, artefact.sha if artefact else None
        return fingerprints.of_transfer(cell, options, model, sha, shown, self.code)

    def _architecture(self, cell: PlannedCell) -> Chosen:
        """The architecture of a cell that starts from no source model: the source's, unless the user names another."""
        if cell.source is None or cell.source.pretrained or cell.method.model or cell.target.config.model:
            return cell.model
        try:
            return self.sources.artefacts.given(cell.source).model
        except RelxferError:
            return cell.model

    # ------------------------------------------------------------------ run

    def run(self, cell: PlannedCell, planned: Planned = NOTHING, prepared: Prepared | None = None) -> Outcome:
        """Run a cell and return its outcome: done, failed or refused. Only an interrupt raises.

        planned   what the process that planned the cell determined
        prepared  the prepared cell, if this process has prepared it already
        """
        if cell.refusal:
            return outcome.refusal(cell.refusal)
        ids: Ids | None = None
        try:
            with deadline(self.experiment.config.timeout_seconds):
                ready = prepared or self.prepare(cell, planned)
                ids = ready.ids
                # a cell with another test split has the same transfer, and another process may be running it
                with self.store.working(ready.identity):
                    return self.finished(ready) or {**self._run(ready), **ids}
        except (Exception, SystemExit) as error:
            failed = outcome.failure(error)
            return {**failed, **ids} if ids else failed

    def finished(self, ready: Prepared) -> Outcome | None:
        """The outcome of a cell that was run before; None if it was not."""
        summary = self.store.judged(ready.evaluation)
        ended = None if summary is None else self.store.cell(ready.identity).outcome()
        return None if ended is None or summary is None else {**ended, **summary, **ready.ids}

    def _run(self, ready: Prepared) -> Outcome:
        self.events("cell_started", cell=ready.names)
        shown, entry = self.domains.shown(ready.cell), self.store.cell(ready.identity)
        with memory.held(ready.cell.target.adapter.record.large_blocks):
            ended = entry.outcome()
            learner = None if ended is None else self._stored(ready, shown, entry)
            if ended is not None and learner is not None:
                return {**ended, **self._evaluate(learner, ready, shown)}
            return self._transfer(ready, shown, entry)

    def _stored(self, ready: Prepared, shown: Shown, entry: Entry) -> Learner | None:
        """The learner of a finished transfer, which is only evaluated on another test; None if its file is damaged."""
        try:
            artefact = self.sources.artefacts.stored(entry.model, ready.model)
            return self.attach.stored(artefact, ready.cell.target.adapter, shown.target, shown.sources)
        except ArtefactError as error:
            entry.drop(error)
            return None

    def _transfer(self, ready: Prepared, shown: Shown, entry: Entry) -> Outcome:
        from relxfer.train.trainer import PhaseTrainer

        oracle, names = self._oracle(ready, shown), ready.names
        select = shown.selection.selector()
        entry.phases.mkdir(parents=True, exist_ok=True)
        trainer = PhaseTrainer(
            self.experiment.config.training,
            entry.phases,
            ready.cell.seed,
            oracle.watch(select) if oracle else select,
            self.events.training(entry, names, oracle),
            kept_features=self.attach.features,
        )
        peak, start = PeakMemory(), time.perf_counter()
        learner = self._transferred(ready, shown, trainer)
        seconds = time.perf_counter() - start
        self.code.check()
        # a file that was read during training may have changed since the transfer was planned
        self._identity(ready.cell, ready.model, ready.artefact, shown).check(ready.identity)
        sha = self._save(learner, ready, shown, entry)
        evaluation = self._evaluate(learner, ready, shown)
        ended = outcome.done(sha, trainer, shown.selection, peak, seconds)
        ended["artefact"] = ready.artefact.path.parent.name if ready.artefact else None
        ended["notes"] = list(learner.notes()) if hasattr(learner, "notes") else []
        entry.finish(ended)
        return {**ended, **evaluation}

    def _save(self, learner: Learner, ready: Prepared, shown: Shown, entry: Entry) -> str:
        """Store the model of a learner, check that it predicts as the learner does, and return its hash."""
        adapter, stored = ready.cell.target.adapter, self.sources.artefacts
        about = About.of(learner, adapter, shown.target, None)
        sha = stored.save(entry.model, learner.export(), ready.model, (shown.target.task,), about)

        def loaded() -> Learner:
            model = stored.stored(entry.model, ready.model).load()
            return self.attach.plain(model, adapter, shown.target, shown.sources)

        with self.attach.features.unused():  # the weights of each learner count, and not what is kept of either
            self.domains.target(ready.cell.target).check_reloaded(learner, loaded, shown.target)
        return sha

    def _transferred(self, ready: Prepared, shown: Shown, trainer: PhaseTrainer) -> Learner:
        """The learner after all stages of the strategy."""
        cell, artefact, adapter = ready.cell, ready.artefact, ready.cell.target.adapter
        seed_torch(cell.seed, "fresh")
        source = artefact if cell.starts_from_source else None
        views = shown.target, shown.sources
        if source:
            learner = self.attach.stored(source, adapter, *views)
        else:
            learner = self.attach.cached(ready.model.build(None, None), ready.model, adapter, *views, learnt=False)
        taught = "teacher" in cell.method.needs and artefact is not None
        teacher = self.attach.unbound(artefact, adapter) if taught and artefact else None
        whole, stages = Cell(learner, trainer, *views, teacher), cell.method.stages
        for index, stage in enumerate(stages):
            share = whole if len(stages) == 1 else whole.part(str(index), 1 / len(stages))
            strategy: Strategy = stage.build()
            learner = checked(stage, strategy.transfer(replace(share, learner=learner)))
        return learner

    # ------------------------------------------------------------------ the sealed test

    def _evaluate(self, learner: Learner, ready: Prepared, shown: Shown) -> Summary:
        """Evaluate the learner on the test, and store the results for each query."""
        sealed, path = self.domains.target(ready.cell.target), self.store.evaluation(ready.evaluation)
        summary: Summary = {"n": sealed.count}
        if sealed.count:
            start = time.perf_counter()
            judgement = sealed.judge(learner, shown.target.inputs)
            files.write_arrays(path, judgement.arrays, {"kind": judgement.scored.kind})
            summary["evaluation_seconds"] = time.perf_counter() - start
        files.write_json(path.with_suffix(".json"), summary)
        return summary

    def _oracle(self, ready: Prepared, shown: Shown) -> Oracle | None:
        sealed, report = self.domains.target(ready.cell.target), self.experiment.config.report
        if not report.oracle or not sealed.count:
            return None

        def score(learner: Learner) -> dict[str, float]:
            values = sealed.judge(learner, shown.target.inputs).scored.values(report.rank_rule)
            return {name: float(np.mean(each)) for name, each in values.items()}

        return Oracle(self.store.oracle(ready.identity, ready.evaluation), score, report.rank_rule)


def _key(cell: PlannedCell) -> tuple[str, ...]:
    source = cell.source.name if cell.source else ""
    return source, cell.target.name, cell.method.name, str(cell.budget), str(cell.seed)
