"""Which rule selects the model of a cell, and the function that the trainer calls for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from relxfer.kernel import Kernel, Offer
from relxfer.protocols import Cell, Domain
from relxfer.records import Validator
from relxfer.resolve import Chosen, options_model

#: Printed where no validator runs.
LAST_STEP = "last-step"


def choose(
    named: Chosen | None, kernel: Kernel, target: Domain | None, sources: Sequence[Domain]
) -> Chosen | None:
    """The validator the configuration names, or the first automatic one; None where its data is not at hand."""
    if named is not None:
        return named if all(_at_hand(need, target, sources) for need in named.record.needs) else None
    offers: list[Offer] = kernel.all(Validator.kind)
    automatic = sorted((o for o in offers if o.record.automatic), key=lambda o: o.record.automatic)  # type: ignore[attr-defined]
    for offer in automatic:
        if all(_at_hand(need, target, sources) for need in offer.record.needs):  # type: ignore[attr-defined]
            return Chosen(offer, options_model(offer)())
    return None


def selector(
    validator: Chosen | None, target: Domain | None, sources: Sequence[Domain]
) -> Callable[[Any], float] | None:
    """A function that scores a learner, or None where the last step counts."""
    if validator is None:
        return None
    rule, needs = validator.build(), validator.record.needs
    view = Cell(
        None,
        None,
        target if any(n.startswith("target-") for n in needs) else None,  # type: ignore[arg-type]
        tuple(sources) if any(n.startswith("source-") for n in needs) else (),
    )
    return lambda learner: rule.score(learner, view)


def _at_hand(need: str, target: Domain | None, sources: Sequence[Domain]) -> bool:
    if need == "target-labels":
        return target is not None and target.val is not None and len(target.val) > 0
    if need == "source-labels":
        return bool(sources) and all(s.val is not None and len(s.val) > 0 for s in sources)
    if need == "target-inputs":
        return target is not None and target.unlabelled is not None
    return True
