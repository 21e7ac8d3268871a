"""The validator that selects the model of a cell, and the data that it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
#: The name that is shown of a cell without phases.
NOTHING = "nothing to select"

#: Returns the score of a learner, higher is better, or None if it has none.
Selector = Callable[[Learner], float | None]
#: Whether a cell lacks something that a validator needs, and that is no data: an ability, or classes.
Lacks = Callable[[str], bool]
#: needs -> the target and the sources with only the data that is needed
Views = Callable[[Sequence[str]], tuple[Domain | None, Sequence[Domain]]]


@dataclass(frozen=True)
class Selection:
    """A validator with the data that it needs.

    validator  None: the last step counts
    target     with its validation labels, if the validator needs them
    sources    likewise
    until      name of a phase -> the step at which it ends, where a training repeats the choice of another one
    raters     rules that rank finished models of trials, with their data; none: the scores of this rule do
    """

    validator: Chosen | None = None
    target: Domain | None = None
    sources: tuple[Domain, ...] = ()
    until: Mapping[str, int] = field(default_factory=dict)
    raters: tuple[Selection, ...] = ()

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


#: Needs that are data, which views have or have not.
_DATA = ("target-labels", "source-labels", "target-inputs")


def choose(
    named: Sequence[Chosen],
    plugins: Plugins,
    needs: Sequence[str],
    views: Views,
    lacks: Lacks = lambda need: False,
    trial: bool = False,
) -> Selection:
    """The validator of a cell: the first configured one, or the first automatic one whose needs are met.

    named  the configured validators; none: automatic
    needs  of the strategy: an automatic validator is not given labels that the strategy does not need
    views  returns target and sources with the data that a validator needs
    lacks  whether the cell lacks what is no data; the plan has refused cells that lack what a named first one needs
    trial  whether finished models are compared, so that the rules that rank them are needed too
    """
    offered = (_seen(each, views) for each in (named[:1] or _able(automatic(plugins, needs), lacks)))
    selected = next(filter(None, offered), Selection())
    labelled = not named and selected.validator and "target-labels" in selected.validator.record.needs
    if labelled or not trial:
        return selected
    rules = raters(named, plugins, needs)
    ranked = [seen for each in _able(rules, lacks) if (seen := _seen(each, views))]
    return replace(selected, raters=tuple(ranked) if ranked and ranked[0].validator == rules[0] else ())


def raters(named: Sequence[Chosen], plugins: Plugins, needs: Sequence[str]) -> tuple[Chosen, ...]:
    """The rules that rank finished models of a row, if the first one can; none: the scores that selected steps do.

    named  the configured validators: one that needs labels of the target ranks by the scores that it gave steps
    needs  of the strategy, as for `choose`
    """
    if named:
        return () if len(named) == 1 and "target-labels" in named[0].record.needs else tuple(named)
    rules = _offered(plugins, lambda record: record.compares)
    seen = tuple(rule for rule in rules if _sees_no_more(rule, needs))
    return seen if seen[:1] == tuple(rules[:1]) else ()


def automatic(plugins: Plugins, needs: Sequence[str]) -> list[Chosen]:
    """The automatic validators in order, without those that use labels which the strategy does not need.

    needs  of the strategy
    """
    return [rule for rule in _offered(plugins, lambda record: record.automatic) if _sees_no_more(rule, needs)]


def _offered(plugins: Plugins, order: Callable[[Validator], int]) -> list[Chosen]:
    """The validators with a number above 0, in its order."""
    offers = [(offer, offer.record) for offer in plugins.all(Validator.kind)]
    numbered = [(order(record), offer) for offer, record in offers if isinstance(record, Validator) and order(record)]
    return [Chosen(offer, options_model(offer)()) for _, offer in sorted(numbered, key=lambda item: item[0])]


def _sees_no_more(rule: Chosen, needs: Sequence[str]) -> bool:
    """Whether a validator needs no labels that the strategy does not need."""
    return {need for need in rule.record.needs if need.endswith("-labels")} <= set(needs)


def _able(rules: Sequence[Chosen], lacks: Lacks) -> Iterator[Chosen]:
    """The rules of which a cell lacks neither abilities nor classes."""
    return (rule for rule in rules if not any(lacks(need) for need in rule.record.needs if need not in _DATA))


def _seen(validator: Chosen, views: Views) -> Selection | None:
    """A validator with its data; None where some is missing."""
    needed, held_out = validator.record.needs, validator.record.held_out
    target, sources = views(needed)
    if not all(_is_available(need, held_out, target, sources) for need in needed):
        return None
    return Selection(validator, target, tuple(sources))


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
