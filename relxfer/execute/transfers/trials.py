"""Trials: cells that are trained and scored by their validator, and for which nothing can open a test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from relxfer.contract.learners import Learner
from relxfer.errors import ArtefactError
from relxfer.execute import outcome
from relxfer.execute.transfers import left_out
from relxfer.execute.transfers.prepared import Prepared
from relxfer.execute.transfers.stop import Stop
from relxfer.execute.transfers.transfer import Transfers
from relxfer.plan.selection import Selection, Shown
from relxfer.store import files
from relxfer.store.entry import Outcome, TrialPoint
from relxfer.train.stopping import Stopped


@dataclass
class Trials:
    """Runs trials. Like `Transfers`, with which it trains, it is given views only."""

    transfers: Transfers

    def run(self, ready: Prepared, shown: Shown, stop: Stop | None = None) -> Outcome:
        """How a trial ended: done or stopped, with the score of the validator at every validation point.

        One that is done has the score of its model by each rule that ranks finished models, too. Scores are kept beside
        the model.

        stop  called after every validation point from which training would go on; True stops the trial. It must not
              hold anything that can open a test, because a strategy can reach it
        """
        try:
            learner, ended = self.transfers.run(ready, shown, stop=stop)
        except Stopped as error:
            return {**outcome.stopped(error), "points": self.points(ready)}
        for rule in shown.selection.raters:
            path = self._path(ready, ended, rule)
            try:
                _kept(path)
            except ArtefactError:
                files.write_json(path, {"score": _score(rule, learner)})
        return self._told(ready, ended, shown)

    def finished(self, ready: Prepared, shown: Callable[[], Shown]) -> Outcome | None:
        """The outcome of a trial whose transfer was done before, by a trial or by a cell; None if it was not, or if a
        rule has not scored its model."""
        ended = self.transfers.finished(ready)
        if ended is None:
            return None
        try:
            return self._told(ready, ended, shown())
        except ArtefactError:
            return None

    def _told(self, ready: Prepared, ended: Outcome, shown: Shown) -> Outcome:
        rules = {rule.rule: self._path(ready, ended, rule) for rule in shown.selection.raters}
        return {**ended, "points": self.points(ready), "ratings": {name: _kept(path) for name, path in rules.items()}}

    def _path(self, ready: Prepared, ended: Outcome, rule: Selection) -> Path:
        return left_out.score_file(self.transfers.store.cell(ready.identity).folder, ended["sha"], rule)

    def points(self, ready: Prepared) -> list[TrialPoint]:
        """The validation points that the transfer has passed, in order."""
        return [point.scored() for point in self.transfers.store.cell(ready.identity).points()]


def _kept(path: Path) -> float | None:
    """The score in a file; `ArtefactError` if it is not there, or damaged."""
    score = files.read_json(path).get("score")
    return float(score) if isinstance(score, int | float) else None


def _score(rule: Selection, learner: Learner) -> float | None:
    select = rule.selector()
    made = select(learner) if select else None
    return None if made is None or not math.isfinite(made) else float(made)
