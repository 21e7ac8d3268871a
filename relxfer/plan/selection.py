"""Which rule selects the model of a cell, and what that rule may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from relxfer.contract.data import Domain
from relxfer.contract.records import Validator
from relxfer.contract.strategies import Cell
from relxfer.declare.resolve import Chosen, options_model
from relxfer.plan.views import digest
from relxfer.plugins.finder import Plugins

#: Printed where no validator runs.
LAST_STEP = "last-step"

#: needs -> the target and the sources, cut for them
Views = Callable[[Sequence[str]], tuple[Domain | None, Sequence[Domain]]]


@dataclass(frozen=True)
class Selection:
    """A validator with the view that was cut for its own needs; `validator` None: the last step counts."""

    validator: Chosen | None = None
    target: Domain | None = None
    sources: tuple[Domain, ...] = ()

    @property
    def rule(self) -> str:
        return self.validator.name if self.validator else LAST_STEP

    def selector(self) -> Callable[[Any], float | None] | None:
        """A function that scores a learner, higher is better, or has no opinion."""
        if self.validator is None:
            return None
        rule, view = self.validator.build(), Cell(None, None, self.target, self.sources)  # type: ignore[arg-type]
        return lambda learner: rule.score(learner, view)

    def card(self) -> dict[str, Any] | None:
        """For a fingerprint: the rule, its options, and what it sees."""
        if self.validator is None:
            return None
        seen = [self.target] if self.target else []
        return {**self.validator.content(), "views": [digest(domain) for domain in (*seen, *self.sources)]}


def choose(named: Chosen | None, plugins: Plugins, needs: Sequence[str], views: Views) -> Selection:
    """The validator that the configuration names, or the first automatic one whose data is at hand.

    `needs` are the strategy's: an automatic validator never sees labels that the strategy itself may not see.
    """
    for validator in [named] if named else _automatic(plugins, needs):
        target, sources = views(validator.record.needs)
        if all(_at_hand(need, target, sources) for need in validator.record.needs):
            return Selection(validator, target, tuple(sources))
    return Selection()


def _automatic(plugins: Plugins, needs: Sequence[str]) -> list[Chosen]:
    offers = [offer for offer in plugins.all(Validator.kind) if offer.record.automatic]  # type: ignore[attr-defined]
    return [
        Chosen(offer, options_model(offer)())
        for offer in sorted(offers, key=lambda offer: offer.record.automatic)  # type: ignore[attr-defined]
        if {need for need in offer.record.needs if need.endswith("-labels")} <= set(needs)  # type: ignore[attr-defined]
    ]


def _at_hand(need: str, target: Domain | None, sources: Sequence[Domain]) -> bool:
    if need == "target-labels":
        return target is not None and target.val is not None and len(target.val) > 0
    if need == "source-labels":
        return bool(sources) and all(source.val is not None and len(source.val) > 0 for source in sources)
    if need == "target-inputs":
        return target is not None and target.unlabelled is not None
    return True
