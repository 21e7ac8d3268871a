"""Scores by which finished rows of a run are compared: all by the same rule, on the same validation labels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from relxfer.errors import UnknownName
from relxfer.execute.engine import Engine
from relxfer.execute.stored.validation import Finished
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection
from relxfer.predict import members
from relxfer.results.records import CellResult


@dataclass
class Validation:
    """Validation scores of the cells of a run, higher is better: those of its results, or else of its models now."""

    engine: Engine
    _rules: dict[tuple[object, ...], Selection] = field(default_factory=dict)

    def rule(self, cell: CellResult) -> Selection:
        """The rule for a target, a label budget and a seed, with its labels; without labels, no validator.

        A row whose own validator needs no labels has learnt from all of them, so that there are none to compare it by.
        """
        key = cell.target, cell.budget, cell.seed, cell.strategy
        if key not in self._rules:
            try:
                self._rules[key] = self.engine.domains.compared(self.planned(cell))
            except UnknownName:  # the user's own configuration may name the target alone
                self._rules[key] = Selection()
        return self._rules[key]

    def labels(self, cell: CellResult) -> int:
        """Number of validation items of a cell."""
        target = self.rule(cell).target
        return 0 if target is None or target.val is None else len(np.unique(target.val.unit_ids()))

    def score(self, cell: CellResult) -> float | None:
        """The score of a finished cell; None if there are no validation labels, or its model cannot be asked."""
        rule = self.rule(cell)
        if rule.validator is None:
            return None
        if cell.validation is not None:
            return cell.validation
        return self.engine.validation.score(self.planned(cell), Finished(cell.id, cell.sha, cell.selection), rule)

    def planned(self, cell: CellResult) -> PlannedCell:
        """The cell as it was planned."""
        return members.planned(self.engine.experiment, cell)
