"""The source model, applied unchanged (direct transfer, source-only)."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell


class ZeroShot:
    """f_T = f_S: no step is taken on the target. Draws no random number, so one run serves all seeds."""

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        return cell.learner
