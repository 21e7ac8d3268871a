"""What the target alone gives away, by counting: one of what a transfer must beat."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell


class Prior:
    """The adapter's prior model: it counts in the observed inputs, or learns from labels if its record needs them."""

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        if cell.target.train is not None:
            cell.learner.learn([cell.target.train], cell.trainer)
        return cell.learner
