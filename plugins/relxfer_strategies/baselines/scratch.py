"""Training from scratch: the baseline of every verdict."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell


class Scratch:
    """Minimise the target's own loss from a fresh initialisation; no source is given.

    The architecture, the step budget, the labels and the validator are those of the strategies it is compared with.
    """

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        cell.learner.learn([cell.target.train], cell.trainer)
        return cell.learner
