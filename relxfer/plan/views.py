"""What a strategy may see of a domain: label budgets, validation labels, hidden answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.seeding import generator
from relxfer.store.json_text import JsonObject

#: Share of a label budget that is kept for validation, and the smallest budget of which something is kept.
VALIDATION_SHARE = 0.2
SMALLEST_SPLIT = 5
#: Of all labels, where the data set has no validation split of its own.
VALIDATION_SHARE_OF_ALL = 0.1


def target_view(
    domain: Domain, needs: Sequence[str], budget: int | str, seed: int, per: str = "target", validated: bool = True
) -> Domain:
    """The target as a strategy with these needs may see it; it never holds a test split.

    validated  whether some of its labels are kept for validation; see `labelled`

    >>> examples = Examples("inputs", np.arange(50), np.zeros(50, int))
    >>> domain = Domain("d", task=None, train=examples, test=examples)
    >>> view = target_view(domain, ("target-labels",), 10, seed=0)
    >>> len(view.train), len(view.val), view.test
    (8, 2, None)
    >>> target_view(domain, (), "all", seed=0).train is None
    True
    """
    asked = "target-labels" in needs
    # cut whoever asks: where an answer is an input, what is beyond the budget is not there for anybody
    cut = labelled(domain, budget, seed, per, validated and asked)
    shown = cut if asked else replace(cut, train=None, val=None)
    unlabelled = shown.unlabelled.hidden() if shown.unlabelled and "target-inputs" in needs else None
    return replace(shown, unlabelled=unlabelled, test=None)


def source_view(domain: Domain, needs: Sequence[str]) -> Domain:
    """A source domain as a strategy with these needs may see it."""
    if "source-labels" in needs:
        return replace(domain, test=None, unlabelled=domain.unlabelled and domain.unlabelled.hidden())
    unlabelled = domain.unlabelled or domain.train
    return replace(domain, train=None, val=None, test=None, unlabelled=unlabelled and unlabelled.hidden())


def labelled(domain: Domain, budget: int | str, seed: int, per: str = "target", validated: bool = True) -> Domain:
    """Cut the labels to the budget, in units; validation labels come out of it, unless nothing is selected by them.

    Budgets are nested: with one seed, the units of a smaller budget are among those of a larger one. `per` class, the
    budget is that of every class, as is the share of validation.

    >>> examples = Examples("inputs", np.arange(50), np.arange(50) % 2)
    >>> cut = labelled(Domain("d", task=None, train=examples), 10, 0, per="class")
    >>> np.bincount(cut.train.answers).tolist(), np.bincount(cut.val.answers).tolist()
    ([8, 8], [2, 2])
    """
    if domain.train is None:
        return domain
    orders = [generator(seed, *name).permutation(units) for name, units in _groups(domain.train, per)]
    if budget == "all":
        kept = domain.val is not None or not validated
        return domain if kept else _split(domain, orders, VALIDATION_SHARE_OF_ALL)
    chosen = [order[: int(budget)] for order in orders]
    cut = replace(domain, val=None).restrict(_rows(domain.train, np.concatenate(chosen)))
    return _split(cut, chosen, VALIDATION_SHARE) if validated else cut


def _groups(examples: Examples, per: str) -> list[tuple[tuple[str | int, ...], np.ndarray]]:
    """What seeds the order of each group that a budget is of, and its units."""
    units = examples.unit_ids()
    if per == "target":
        return [(("label budget",), np.unique(units))]
    assert examples.answers is not None
    classes = np.unique(examples.answers).tolist()
    return [(("label budget", c), np.unique(units[examples.answers == c])) for c in classes]


def _split(domain: Domain, groups: Sequence[np.ndarray], share: float) -> Domain:
    """Keep the first units of every group for validation, where it is not too small."""
    kept = [units[: max(1, int(len(units) * share))] for units in groups if len(units) >= SMALLEST_SPLIT]
    if not kept:
        return domain
    assert domain.train is not None
    return domain.hold_out(_rows(domain.train, np.concatenate(kept)))


def _rows(examples: Examples, units: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.isin(examples.unit_ids(), units))


def same_data(one: Domain, other: Domain) -> bool:
    """Whether two domains have the same inputs, task and answers, however they are split."""
    return (one.sha, one.task) == (other.sha, other.task) and _answered(one) == _answered(other)


def _answered(domain: Domain) -> set[bytes]:
    """Every query with its answer, whichever split it is in."""
    rows: set[bytes] = set()
    for part in (domain.train, domain.val, domain.test):
        if part is not None and part.answers is not None:
            table = np.column_stack([part.queries.reshape(len(part), -1), part.answers.reshape(len(part), -1)])
            rows |= {row.tobytes() for row in table.astype(np.int64)}
    return rows


def digest(domain: Domain) -> JsonObject:
    """What is really handed over, for a fingerprint: inputs, queries and answers."""
    parts = {name: getattr(domain, name) for name in ("train", "val", "unlabelled", "test")}
    splits = {name: examples.digest() for name, examples in parts.items() if examples is not None}
    return {"inputs": domain.sha, "task": domain.task.card(), **splits}
