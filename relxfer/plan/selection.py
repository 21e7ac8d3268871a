"""Which rule selects the model of a cell, and what that rule may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relxfer.contract.data import Domain
from relxfer.contract.learners import Learner
from relxfer.contract.records import Validator
from relxfer.contract.strategies import Cell
from relxfer.declare.resolve import Chosen, options_model
from relxfer.plan.views import digest
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject

#: Printed where no validator runs.
LAST_STEP = "last-step"

#: Scores a learner, higher is better, or has no opinion.
Selector = Callable[[Learner], float | None]
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

    def selector(self) -> Selector | None:
        """What the trainer calls at validation points."""
        if self.validator is None:
            return None
        rule, view = self.validator.build(), Cell(None, None, self.target, self.sources)  # type: ignore[arg-type]
        return lambda learner: rule.score(learner, view)

    def card(self) -> JsonObject | None:
        """For a fingerprint: the rule, its options, and what it sees."""
        if self.validator is None:
            return None
        seen = [self.target] if self.target else []
        return {**self.validator.content(), "views": [digest(domain) for domain in (*seen, *self.sources)]}


@dataclass(frozen=True)
class Shown:
    """What is shown of the data in a cell: to its strategy, and in `selection` to its validator."""

    target: Domain
    sources: tuple[Domain, ...]
    selection: Selection


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
    """The validators that are tried where none is named, the first one first."""
    offers = [(offer, offer.record) for offer in plugins.all(Validator.kind)]
    records = [(record.automatic, offer, record) for offer, record in offers if isinstance(record, Validator)]
    return [
        Chosen(offer, options_model(offer)())
        for automatic, offer, record in sorted(records, key=lambda found: found[0])
        if automatic and {need for need in record.needs if need.endswith("-labels")} <= set(needs)
    ]


def _at_hand(need: str, target: Domain | None, sources: Sequence[Domain]) -> bool:
    if need == "target-labels":
        return target is not None and target.val is not None and len(target.val) > 0
    if need == "source-labels":
        return bool(sources) and all(source.val is not None and len(source.val) > 0 for source in sources)
    if need == "target-inputs":
        return target is not None and target.unlabelled is not None
    return True
