"""Running a cell: it is prepared, transferred, evaluated and finished. No fingerprint is run twice."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial

from relxfer.contract.learners import Learner
from relxfer.declare.experiment import Chosen, Experiment
from relxfer.errors import RelxferError
from relxfer.execute import outcome
from relxfer.execute.deadline import deadline
from relxfer.execute.domains import Domains, label_count
from relxfer.execute.events import Events
from relxfer.execute.observing import parameters
from relxfer.execute.oracle import Oracle
from relxfer.execute.sources import Sources
from relxfer.execute.stored.validation import Finished, Validation
from relxfer.execute.transfers.prepared import NOTHING, Planned, Prepared
from relxfer.execute.transfers.stop import Stop
from relxfer.execute.transfers.transfer import Transfers
from relxfer.execute.transfers.trials import Trials
from relxfer.plan import fingerprints
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plan.selection import Shown
from relxfer.results.records import Selected
from relxfer.store import files
from relxfer.store.entry import Ids, Outcome, Summary
from relxfer.store.run_directory import Store
from relxfer.train import memory


@dataclass
class Cells:
    """Prepares and runs the cells of one experiment in one run directory, and opens the tests to evaluate them.

    transfers   trains; it is given views only, and cannot open a test
    trials      trains only, with `transfers`
    validation  scores by which finished cells are compared; no test is opened for them
    """

    experiment: Experiment
    store: Store
    events: Events
    domains: Domains
    sources: Sources
    transfers: Transfers
    trials: Trials
    validation: Validation
    _label_counts: dict[tuple[str, ...], int] = field(default_factory=dict)

    # ------------------------------------------------------------------ before it is run

    def prepare(self, cell: PlannedCell, planned: Planned = NOTHING) -> Prepared:
        """Determine artefact, architecture and fingerprints of a cell; pre-trains its source if necessary.

        Raises:
            Changed: the source or the cell is no longer what was planned.
        """
        given = cell.source if cell.needs_source else None
        artefact = self.sources.artefact(given, cell.source_seed, planned.source) if given else None
        artefact = artefact.called(cell.target.config.class_map) if artefact else None
        model = artefact.model if artefact and cell.starts_from_source else self.architecture(cell)
        shown = self.domains.shown(cell)
        self._label_counts[_key(cell)] = label_count(shown.target)
        identity = self.transfers.identity(cell, model, artefact, shown)
        raters = shown.selection.raters
        scores = fingerprints.of_scores(identity, raters) if raters else None
        ready = Prepared(cell, artefact, model, identity, self._evaluation(cell, identity), scores)
        ready.key.check(planned.cell)
        return ready

    def foreseen(self, cell: PlannedCell) -> tuple[Fingerprint, list[Chosen]]:
        """The fingerprint of a transfer as far as it is known before its source is trained, and the offers that decide.

        In it the fingerprint of a pre-training stands for the hash of the model that will come of it.

        Raises:
            RelxferError: the cell cannot be prepared.
        """
        source = cell.source if cell.needs_source else None
        given = self.sources.artefacts.given(source) if source and source.given else None
        start = given.called(cell.target.config.class_map).sha if given else None
        deciding: list[Chosen] = []
        model = self.architecture(cell)
        if source and cell.starts_from_source:
            model = given.model if given else source.model or model
        if source and source.pretrained and cell.source_seed is not None:
            start, deciding = self.sources.foreseen(source, cell.source_seed)
        shown, options = self.domains.shown(cell), self.experiment.training(cell.method)
        made = fingerprints.of_transfer(cell, options, model, start, shown, self.transfers.code)
        return made, [*deciding, *fingerprints.deciding_transfer(cell, model, shown)]

    def _evaluation(self, cell: PlannedCell, identity: Fingerprint) -> Fingerprint | None:
        """The fingerprint of the evaluation; a trial has none, and its test is not even read."""
        if cell.trial:
            return None
        return fingerprints.of_evaluation(identity, self.domains.of(cell).digests)

    def label_count(self, cell: PlannedCell) -> int:
        """Number of labelled target items that a cell may use, including those for validation."""
        if _key(cell) not in self._label_counts:
            self._label_counts[_key(cell)] = label_count(self.domains.shown(cell).target)
        return self._label_counts[_key(cell)]

    def architecture(self, cell: PlannedCell) -> Chosen:
        """The architecture of a cell that starts from no source model: the source's, unless the user names another."""
        if cell.source is None or cell.source.pretrained or cell.method.model or cell.target.config.model:
            return cell.model
        try:
            return self.sources.artefacts.given(cell.source).model
        except RelxferError:
            return cell.model

    # ------------------------------------------------------------------ run

    def run(
        self,
        cell: PlannedCell,
        planned: Planned = NOTHING,
        prepared: Prepared | None = None,
        stop: Stop | None = None,
    ) -> Outcome:
        """Run a cell or a trial and return its outcome: done, failed, refused or stopped. Only an interrupt raises.

        planned   what the process that planned the cell determined
        prepared  the prepared cell, if this process has prepared it already
        stop      of a trial: called after every validation point from which it would go on; True stops it
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
                    if (before := self.finished(ready)) is not None:
                        return before
                    ended: Outcome = {**self._run(ready, stop), **ids}
            self._validate(cell, ended)
            return ended
        except (Exception, SystemExit) as error:
            failed = outcome.failure(error)
            if ids:
                self.store.cell(ids["id"]).fail(failed)
            return {**failed, **ids} if ids else failed

    def finished(self, ready: Prepared) -> Outcome | None:
        """The outcome of a cell that was run before; None if it was not."""
        if ready.cell.trial:
            ended = self.trials.finished(ready, partial(self.domains.shown, ready.cell))
            return None if ended is None else {**ended, **ready.ids}
        summary = self.store.judged(ready.key)
        ended = None if summary is None else self.transfers.finished(ready)
        return None if ended is None or summary is None else {**ended, **summary, **ready.ids}

    def _run(self, ready: Prepared, stop: Stop | None) -> Outcome:
        options = parameters.of_cell(ready.cell, self.experiment.training(ready.cell.method), ready.model)
        self.events.cell_started(ready.names, options, self.store.cell(ready.identity))
        shown = self.domains.shown(ready.cell)
        with memory.held(ready.cell.adapter.record.large_blocks):
            if ready.cell.trial:
                return self.trials.run(ready, shown, stop)
            reloaded = self.domains.of(ready.cell).check_reloaded
            learner, ended = self.transfers.run(ready, shown, self._oracle(ready, shown), reloaded)
            return {**ended, **self._evaluate(learner, ready, shown)}

    def _validate(self, cell: PlannedCell, ended: Outcome) -> None:
        """Keep the score by which the cell is compared. It has time of its own, so that no cell fails for it."""
        if not cell.trial:
            self.validation.score(cell, Finished(ended["id"], ended["sha"], Selected(**ended["selection"])))

    # ------------------------------------------------------------------ the sealed test

    def _evaluate(self, learner: Learner, ready: Prepared, shown: Shown) -> Summary:
        """Evaluate the learner on the test, and store the results for each query."""
        sealed, path = self.domains.of(ready.cell), self.store.evaluation(ready.key)
        summary: Summary = {"n": sealed.count}
        if sealed.count:
            start = time.perf_counter()
            judgement = sealed.judge(learner, shown.target.inputs, self.transfers.calibrated(ready))
            files.write_arrays(path, judgement.arrays, {"kind": sealed.domain.task.kind, **judgement.card})
            summary["evaluation_seconds"] = time.perf_counter() - start
        files.write_json(path.with_suffix(".json"), summary)
        return summary

    def _oracle(self, ready: Prepared, shown: Shown) -> Oracle | None:
        sealed, report = self.domains.of(ready.cell), self.experiment.config.report
        if not report.oracle or not sealed.count:
            return None

        def score(learner: Learner) -> dict[str, float]:
            results = sealed.judge(learner, shown.target.inputs).results
            return self.domains.scorer.measure(sealed.domain.task.kind, results, report.rank_rule).means

        return Oracle(self.store.oracle(ready.identity, ready.key), score, report.rank_rule)


def _key(cell: PlannedCell) -> tuple[str, ...]:
    source = cell.source.name if cell.source else ""
    return source, cell.target.name, cell.method.name, str(cell.budget), str(cell.seed)
