"""Trials: cells that are trained and scored by their validator, and for which nothing can open a test."""

from __future__ import annotations

from dataclasses import dataclass

from relxfer.execute import outcome
from relxfer.execute.transfers.prepared import Prepared
from relxfer.execute.transfers.stop import Stop
from relxfer.execute.transfers.transfer import Transfers
from relxfer.plan.selection import Shown
from relxfer.store.entry import Outcome, TrialPoint
from relxfer.train.stopping import Stopped


@dataclass
class Trials:
    """Runs trials. Like `Transfers`, with which it trains, it is given views only."""

    transfers: Transfers

    def run(self, ready: Prepared, shown: Shown, stop: Stop | None = None) -> Outcome:
        """How a trial ended: done or stopped, with the score of the validator at every validation point.

        stop  called after every validation point from which training would go on; True stops the trial. It must not
              hold anything that can open a test, because a strategy can reach it
        """
        try:
            ended = self.transfers.run(ready, shown, stop=stop)[1]
        except Stopped as error:
            ended = outcome.stopped(error)
        return {**ended, "points": self.points(ready)}

    def finished(self, ready: Prepared) -> Outcome | None:
        """The outcome of a trial whose transfer was done before, by a trial or by a cell; None if it was not."""
        ended = self.transfers.finished(ready)
        return None if ended is None else {**ended, "points": self.points(ready)}

    def points(self, ready: Prepared) -> list[TrialPoint]:
        """The validation points that the transfer has passed, in order."""
        return [point.scored() for point in self.transfers.store.cell(ready.identity).points()]
