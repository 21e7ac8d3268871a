"""What a predictor that learnt nothing transferable reaches: a floor, never a baseline of a verdict."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell


class Prior:
    """The adapter's prior model as attached: it counts in the observed inputs, and nothing else."""

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        return cell.learner
