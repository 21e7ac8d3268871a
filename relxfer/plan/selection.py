"""The validator that selects the model of a cell, and the data that it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from relxfer.contract.data import Domain
from relxfer.contract.learners import Learner
from relxfer.contract.records import Validator
from relxfer.contract.strategies import Cell
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.plan.calibration import NO_CALIBRATION, Calibrated
from relxfer.plan.views import digest
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject

#: The name that is shown if no validator selects: the model after the last step.
LAST_STEP = "last-step"

#: Returns the score of a learner, higher is better, or None if it has none.
Selector = Callable[[Learner], float | None]
#: needs -> the target and the sources with only the data that is needed
Views = Callable[[Sequence[str]], tuple[Domain | None, Sequence[Domain]]]


@dataclass(frozen=True)
class Selection:
    """A validator with the data that it needs.

    validator  None: the last step counts
    target     with its validation labels, if the validator needs them
    sources    likewise
    until      name of a phase -> the step at which it ends, where a training repeats the choice of another one
    """

    validator: Chosen | None = None
    target: Domain | None = None
    sources: tuple[Domain, ...] = ()
    until: Mapping[str, int] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return self.validator.name if self.validator else LAST_STEP

    def selector(self) -> Selector | None:
        """The function that the trainer calls at validation points; None if there is no validator."""
        if self.validator is None:
            return None
        rule, cell = self.validator.build(), Cell(None, None, self.target, self.sources)  # type: ignore[arg-type]
        return lambda learner: rule.score(learner, cell)

    def card(self) -> JsonObject | None:
        """The rule, its options and digests of its data, or the steps that are repeated, for a fingerprint; None if the
        last step counts."""
        if self.validator is None:
            return {"until": dict(self.until)} if self.until else None
        targets = [self.target] if self.target else []
        return {**self.validator.content(), "views": [digest(domain) for domain in (*targets, *self.sources)]}


@dataclass(frozen=True)
class Shown:
    """The data of a cell as its strategy is given it, the validator with its own data, and the calibrator."""

    target: Domain
    sources: tuple[Domain, ...]
    selection: Selection
    calibrated: Calibrated = NO_CALIBRATION


def choose(named: Chosen | None, plugins: Plugins, needs: Sequence[str], views: Views) -> Selection:
    """The validator of a cell: the configured one, or the first automatic one whose data is available.

    named  the configured validator; None: automatic
    needs  of the strategy: an automatic validator is not given labels that the strategy does not need
    views  returns target and sources with the data that a validator needs
    """
    for validator in [named] if named else automatic(plugins, needs):
        target, sources = views(validator.record.needs)
        needed, held_out = validator.record.needs, validator.record.held_out
        if all(_is_available(need, held_out, target, sources) for need in needed):
            return Selection(validator, target, tuple(sources))
    return Selection()


def automatic(plugins: Plugins, needs: Sequence[str]) -> list[Chosen]:
    """The automatic validators in order, without those that use labels which the strategy does not need.

    needs  of the strategy
    """
    offers = [(offer, offer.record) for offer in plugins.all(Validator.kind)]
    records = [(record.automatic, offer, record) for offer, record in offers if isinstance(record, Validator)]
    return [
        Chosen(offer, options_model(offer)())
        for order, offer, record in sorted(records, key=lambda item: item[0])
        if order and {need for need in record.needs if need.endswith("-labels")} <= set(needs)
    ]


def _is_available(need: str, held_out: bool, target: Domain | None, sources: Sequence[Domain]) -> bool:
    if need == "target-labels":
        return target is not None and _has_labels(target, held_out)
    if need == "source-labels":
        return bool(sources) and all(_has_labels(source, held_out) for source in sources)
    if need == "target-inputs":
        return target is not None and target.unlabelled is not None
    return True


def _has_labels(domain: Domain, held_out: bool) -> bool:
    labels = domain.val if held_out else domain.train
    return labels is not None and len(labels) > 0
