"""A plugin with a strategy that takes its time, and once kills the process that runs it.

It does so at step 20 of the first cell that comes there, if the file that `FRAGILE` names is not there.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from relxfer import TransferStrategy, hookimpl

relxfer_api_version = 2


class Fragile:
    def __init__(self, options: object):
        self.options = options

    def transfer(self, cell):
        def loss(step, batch):
            time.sleep(0.05)
            if step.index == 20 and "FRAGILE" in os.environ:
                with suppress(FileExistsError):
                    os.close(os.open(os.environ["FRAGILE"], os.O_CREAT | os.O_EXCL))
                    os.kill(os.getpid(), signal.SIGKILL)
            return cell.learner.loss(batch)

        cell.trainer.fit(cell.learner, loss, cell.target.train)
        return cell.learner


@hookimpl
def relxfer_transfer_strategies():
    needs = ("gradients", "target-labels")
    return [TransferStrategy(name="fragile", load=f"{__name__}:Fragile", needs=needs)]
