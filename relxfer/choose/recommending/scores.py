"""The score by which arms are compared: one rule for all of them, and no test."""

from __future__ import annotations

from dataclasses import dataclass

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
    labelled  whether it is the rule by which the rows of a report are compared
    """

    engine: Engine
    rule: str
    labels: int
    labelled: bool

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
            return cls(engine, compared.rule, 0 if val is None else len(val), True)
        rating = engine.domains.shown(cell).selection.raters
        if not rating:
            raise UsageError(
                f"expected a validator that scores models on {cell.target.name} with {cell.budget} labels, got none: "
                "there are no labels to validate on; name one that needs none, such as --set validator=class-shares, "
                "or a larger --budget"
            )
        return cls(engine, rating[0].rule, 0, False)

    def of_trial(self, cell: PlannedCell, ended: Outcome) -> float | None:
        """The score of a trial that ended well; None if its model cannot be asked."""
        if not self.labelled:
            return ended.get("ratings", {}).get(self.rule)
        done = Finished(ended["id"], ended["sha"], Selected(**ended["selection"]))
        return self.engine.validation.score(cell, done)
