"""A plugin with a strategy that takes its time, and once kills the process that runs it.

It does so in the middle of the cell of seed 1, if the file that `FRAGILE` names is not there.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from relxfer import TransferStrategy, hookimpl

relxfer_api_version = 2


class Fragile:
    def __init__(self, options: object):
        self.options = options

    def transfer(self, cell):
        once = Path(os.environ["FRAGILE"]) if "FRAGILE" in os.environ else None

        def loss(step, batch):
            time.sleep(0.05)
            if once and cell.seed == 1 and step.index == 10 and not once.exists():
                once.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return cell.learner.loss(batch)

        cell.trainer.fit(cell.learner, loss, cell.target.train)
        return cell.learner


@hookimpl
def relxfer_transfer_strategies():
    needs = ("gradients", "target-labels")
    return [TransferStrategy(name="fragile", load=f"{__name__}:Fragile", needs=needs)]
