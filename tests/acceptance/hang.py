"""Strategies, a validator and an adapter that hang.

As a script, `hang.py FOLDER TIMEOUT` runs the strategies in local processes.
"""

from __future__ import annotations

import sys
import time

from relxfer import TransferStrategy, hookimpl
from relxfer.contract.records import TargetAdapter, Validator
from relxfer.testing.blobs_net import BlobsAdapter

relxfer_api_version = 2
LABELLED = ("source-model", "gradients", "target-labels")


class Hangs:
    """Hangs while `on`; `at`: the step, and `steps`: those that were begun."""

    on = True
    at = 2
    steps: list[int] = []

    def __init__(self, options: object):
        self.options = options

    def hang(self) -> None:
        while Hangs.on:
            pass

    def transfer(self, cell):
        def loss(step, batch):
            Hangs.steps.append(step.index)
            if step.index == self.at:
                self.hang()
            return cell.learner.loss(batch)

        cell.trainer.fit(cell.learner, loss, cell.target.train)
        return cell.learner


class Sleeps(Hangs):
    def hang(self) -> None:
        time.sleep(3600 if Hangs.on else 0)


class Retries(Hangs):
    """As code that tries again after any error."""

    def hang(self) -> None:
        while Hangs.on:
            try:
                time.sleep(0.01)
            except Exception:
                continue


class Judge(Hangs):
    def score(self, learner, cell) -> float:
        self.hang()
        return 0.0


class Adapter(BlobsAdapter):
    def attach(self, model, target, sources):
        Hangs.hang(self)
        return super().attach(model, target, sources)


@hookimpl
def relxfer_transfer_strategies():
    return [
        TransferStrategy(name=made.__name__.lower(), load=f"{__name__}:{made.__name__}", needs=LABELLED)
        for made in (Hangs, Sleeps, Retries)
    ]


@hookimpl
def relxfer_validators():
    return [Validator(name="judge", load=f"{__name__}:Judge")]


class Slow:
    """A plugin of its own: where two adapters read the same content, a target must name one."""

    relxfer_api_version = relxfer_api_version

    @hookimpl
    def relxfer_target_adapters(self):
        return [TargetAdapter(name="slow", load=f"{__name__}:Adapter", reads=("blobs.points",), model="blobs-mlp")]


def main(folder: str, timeout: str) -> None:
    import hang  # this file, under a name that workers can import

    import relxfer
    from relxfer.testing import blobs

    training = {"steps": 4, "batch_size": 8, "validations": 0, "checkpoint_seconds": 0.0}
    config = {
        "timeout_seconds": float(timeout),
        "threads": 1,
        "source": {"datasets": ["blobs-source"], "training": training},
        "target": {"dataset": "blobs-target"},
        "training": training,
        "strategy": [{"use": "hangs"}, {"use": "retries"}, {"use": "finetune"}],
        "executor": {"use": "processes", "jobs": 2},
        "report": {"baselines": False},
    }
    for cell in relxfer.run(config, folder, plugins=[blobs, hang]).cells:
        print(cell.strategy, cell.status, cell.reason)


if __name__ == "__main__":
    main(*sys.argv[1:])
