"""What a strategy may see of a domain: label budgets, validation labels, hidden answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from relxfer.protocols import Domain, Examples
from relxfer.seeding import generator

#: Share of a label budget that is kept for validation, and the smallest budget of which something is kept.
VALIDATION_SHARE = 0.2
SMALLEST_SPLIT = 5
#: Of all labels, where the data set has no validation split of its own.
VALIDATION_SHARE_OF_ALL = 0.1


def target_view(domain: Domain, needs: Sequence[str], budget: int | str, seed: int) -> Domain:
    """The target as a strategy with these needs may see it; it never holds a test split.

    >>> examples = Examples("inputs", np.arange(50), np.zeros(50, int))
    >>> domain = Domain("d", task=None, train=examples, test=examples)
    >>> view = target_view(domain, ("target-labels",), 10, seed=0)
    >>> len(view.train), len(view.val), view.test
    (8, 2, None)
    >>> target_view(domain, (), "all", seed=0).train is None
    True
    """
    shown = labelled(domain, budget, seed) if "target-labels" in needs else replace(domain, train=None, val=None)
    unlabelled = shown.unlabelled.hidden() if shown.unlabelled and "target-inputs" in needs else None
    return replace(shown, unlabelled=unlabelled, test=None)


def source_view(domain: Domain, needs: Sequence[str]) -> Domain:
    """A source domain as a strategy with these needs may see it."""
    if "source-labels" in needs:
        return replace(domain, test=None, unlabelled=domain.unlabelled and domain.unlabelled.hidden())
    unlabelled = domain.unlabelled or domain.train
    return replace(domain, train=None, val=None, test=None, unlabelled=unlabelled and unlabelled.hidden())


def labelled(domain: Domain, budget: int | str, seed: int) -> Domain:
    """Cut the labels to the budget, in units; validation labels come out of it.

    Budgets are nested: with one seed, the units of a smaller budget are among those of a larger one.
    """
    if domain.train is None:
        return domain
    units = np.unique(domain.train.unit_ids())
    order = generator(seed, "label budget").permutation(units)
    if budget == "all":
        if domain.val is not None:
            return domain
        return _split(domain, order, VALIDATION_SHARE_OF_ALL)
    chosen = order[: int(budget)]
    cut = replace(domain, val=None).restrict(_rows(domain.train, chosen))
    return _split(cut, chosen, VALIDATION_SHARE)


def _split(domain: Domain, units: np.ndarray, share: float) -> Domain:
    if len(units) < SMALLEST_SPLIT:
        return domain
    assert domain.train is not None
    kept = units[: max(1, int(len(units) * share))]
    return domain.hold_out(_rows(domain.train, kept))


def _rows(examples: Examples, units: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.isin(examples.unit_ids(), units))


def digest(domain: Domain) -> dict[str, Any]:
    """What is really handed over, for a fingerprint: inputs, queries and answers."""
    parts = {name: getattr(domain, name) for name in ("train", "val", "unlabelled", "test")}
    return {"inputs": domain.sha, "task": domain.task.card()} | {
        name: examples.digest() for name, examples in parts.items() if examples is not None
    }
