"""The score by which arms are compared: one rule for all of them, and no test."""

from __future__ import annotations

from dataclasses import dataclass, replace

from relxfer.choose.points import later
from relxfer.choose.recommending.arms import Arm
from relxfer.declare.experiment import Chosen
from relxfer.errors import UsageError
from relxfer.execute.engine import Engine
from relxfer.execute.stored.validation import Finished
from relxfer.plan.cells import PlannedCell
from relxfer.results.records import Selected
from relxfer.store.entry import Outcome


@dataclass(frozen=True)
class Scores:
    """Scores trials that have ended.

    rule      the name of the validator
    labels    number of labels that it judges by; 0: it needs none
    rules     those that rank finished models without labels, of which it is the first; none: it is the rule by which
              the rows of a report are compared
    """

    engine: Engine
    rule: str
    labels: int
    rules: tuple[Chosen, ...] = ()

    @classmethod
    def of(cls, engine: Engine, cell: PlannedCell) -> Scores:
        """The rule of the cells of a target at one label budget: that by which a report compares rows, where there are
        labels for it, else the first of those that rank finished models without them.

        Raises:
            UsageError: there is neither.
        """
        compared = engine.domains.compared(cell)
        if compared.validator is not None:
            val = compared.target.val if compared.target else None
            return cls(engine, compared.rule, 0 if val is None else len(val))
        rating = engine.domains.shown(cell).selection.raters
        if not rating:
            raise UsageError(
                f"expected a validator that scores models on {cell.target.name} with {cell.budget} labels, got none: "
                "there are no labels to validate on; name one that needs none, such as --set validator=class-shares, "
                "or a larger --budget"
            )
        return cls(engine, rating[0].rule, 0, tuple(each.validator for each in rating if each.validator))

    def scored(self, arm: Arm) -> Arm:
        """The arm; without labels, a source unchanged is ranked by the rules of the arms that train."""
        if self.rules and arm.made.kind == "unchanged":
            methods = (replace(cell.method, validators=self.rules) for cell in arm.cells)
            arm.cells = tuple(replace(cell, method=of) for cell, of in zip(arm.cells, methods, strict=True))
        return arm

    def of_trial(self, cell: PlannedCell, ended: Outcome) -> float | None:
        """The score of a trial that ended well; None if its model cannot be asked.

        Where it was selected by this rule, the mean of its scores at later validation points, see `points.later`.
        """
        if self.rules:
            return ended.get("ratings", {}).get(self.rule)
        if ended["selection"]["rule"] == self.rule and (score := later(ended.get("points", ()))) is not None:
            return score
        done = Finished(ended["id"], ended["sha"], Selected(**ended["selection"]))
        return self.engine.validation.score(cell, done)
