"""Views of domains: copies with only the data that a strategy needs, within its label budget, and without test data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.tasks import Task
from relxfer.plan.whole_groups import WholeGroups
from relxfer.seeding import generator
from relxfer.store.json_text import JsonObject

#: The share of a label budget that is used for validation, and the smallest budget that is split.
VALIDATION_SHARE = 0.2
SMALLEST_SPLIT = 5
#: The share of all labels that is used for validation, if the data set has no validation split.
VALIDATION_SHARE_OF_ALL = 0.1


def target_view(
    domain: Domain, needs: Sequence[str], budget: int | str, seed: int, per: str = "target", validated: bool = True
) -> Domain:
    """The target domain for a strategy with these needs, without a test split.

    budget     label budget: a number of units, or `"all"`
    per        whether the budget counts for the whole `"target"` or for each `"class"`
    validated  whether some labels are used for validation; see `labelled`

    >>> examples = Examples("inputs", np.arange(50), np.zeros(50, int))
    >>> domain = Domain("d", task=None, train=examples, test=examples)
    >>> view = target_view(domain, ("target-labels",), 10, seed=0)
    >>> len(view.train), len(view.val), view.test
    (8, 2, None)
    >>> target_view(domain, (), "all", seed=0).train is None
    True
    """
    # also without labels: where answers are inputs too, those beyond the budget leave the inputs of every strategy
    return of_cut(labelled(domain, budget, seed, per, validated and "target-labels" in needs), needs)


def of_cut(cut: Domain, needs: Sequence[str]) -> Domain:
    """The view of a target whose labels are cut to the budget already, see `target_view`."""
    view = cut if "target-labels" in needs else replace(cut, train=None, val=None)
    unlabelled = view.unlabelled.hidden() if view.unlabelled and "target-inputs" in needs else None
    return replace(view, unlabelled=unlabelled, test=None)


def source_view(domain: Domain, needs: Sequence[str]) -> Domain:
    """A source domain for a strategy with these needs, without a test split."""
    if "source-labels" in needs:
        return replace(domain, test=None, unlabelled=domain.unlabelled and domain.unlabelled.hidden())
    unlabelled = domain.unlabelled or domain.train
    return replace(domain, train=None, val=None, test=None, unlabelled=unlabelled and unlabelled.hidden())


def labelled(domain: Domain, budget: int | str, seed: int, per: str = "target", validated: bool = True) -> Domain:
    """The domain with its labels cut to the budget, part of which is used for validation.

    Budgets are nested: for one seed, the units of a smaller budget are among those of a larger one.

    budget     a number of units (see `Examples`), or `"all"`
    per        whether the budget and the share for validation count for the whole `"target"` or for each `"class"`
    validated  False: nothing is selected by validation labels, and all labels are for training

    >>> from relxfer import Classification
    >>> examples = Examples("inputs", np.arange(50), np.arange(50) % 2)
    >>> cut = labelled(Domain("d", task=Classification(("a", "b")), train=examples), 10, 0, per="class")
    >>> np.bincount(cut.train.answers).tolist(), np.bincount(cut.val.answers).tolist()
    ([8, 8], [2, 2])
    """
    if domain.train is None:
        return domain
    drawn = _counted(domain.task, domain.train, per)
    orders = [generator(seed, *name).permutation(units) for name, units in drawn]
    if budget == "all":
        complete = domain.val is not None or not validated
        return domain if complete else _split(domain, orders, VALIDATION_SHARE_OF_ALL)
    chosen = [order[: int(budget)] for order in orders]
    cut = replace(domain, val=None).restrict(_rows(domain.train, np.concatenate(chosen)))
    return _split(cut, chosen, VALIDATION_SHARE) if validated else cut


def _counted(task: Task, examples: Examples, per: str) -> list[tuple[tuple[str | int, ...], np.ndarray]]:
    """What the budget counts for: the whole target or each class; what seeds its random order, and its units [u]."""
    units = examples.unit_ids()
    if per == "target":
        return [(("label budget",), np.unique(units))]
    assert examples.answers is not None
    strata = task.strata(examples.answers)
    assert strata is not None  # else the cell was refused
    return [(("label budget", c), np.unique(units[strata == c])) for c in np.unique(strata).tolist()]


def _split(domain: Domain, orders: Sequence[np.ndarray], share: float) -> Domain:
    """Use the first units of every order for validation, except of orders that are too short."""
    assert domain.train is not None
    counts = [max(1, int(len(units) * share)) if len(units) >= SMALLEST_SPLIT else 0 for units in orders]
    if not any(counts):
        return domain
    if domain.train.groups is None:
        held_out = np.concatenate([units[:count] for units, count in zip(orders, counts, strict=True)])
    else:
        held_out = _whole_groups(domain.train, orders, counts)
    return domain.hold_out(_rows(domain.train, held_out)) if len(held_out) else domain


def _whole_groups(examples: Examples, orders: Sequence[np.ndarray], counts: Sequence[int]) -> np.ndarray:
    """The units of groups that hold about so many units of each order.

    One group of each order at least is left, and half of all units: a group may have units of several orders, so that
    the groups of one order can hold many of another.
    """
    units, rows = np.unique(examples.unit_ids(), return_index=True)
    groups = examples.group_ids()[rows]
    by_order = [groups[np.searchsorted(units, order)].tolist() for order in orders]
    whole = WholeGroups((group, place) for place, own in enumerate(by_order) for group in own)
    every = sum(map(len, by_order))
    for place, count in enumerate(counts):
        for group in dict.fromkeys(by_order[place]):
            if whole.taken[place] >= count:
                break
            small = 2 * (whole.taken.total() + whole.held[group].total()) <= every
            if small and whole.spared(group):
                whole.take(group)
    return units[np.isin(groups, [*whole.chosen])]


def _rows(examples: Examples, units: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.isin(examples.unit_ids(), units))


def same_data(one: Domain, other: Domain) -> bool:
    """Whether two domains have the same inputs, task and answers, regardless of their splits."""
    return (one.sha, one.task) == (other.sha, other.task) and _answered(one) == _answered(other)


def _answered(domain: Domain) -> set[bytes]:
    """Every query with its answer, as bytes, from all splits."""
    rows: set[bytes] = set()
    for split in (domain.train, domain.val, domain.test):
        if split is not None and split.answers is not None:
            queries, answers = (array.reshape(len(split), -1) for array in (split.queries, split.answers))
            whole = answers.astype(np.float64 if answers.dtype.kind == "f" else np.int64)
            pairs = zip(queries.astype(np.int64), whole, strict=True)
            rows |= {query.tobytes() + answer.tobytes() for query, answer in pairs}
    return rows


def digest(domain: Domain) -> JsonObject:
    """The content of a view for a fingerprint: its task, and hashes of its inputs and of the examples of each split."""
    splits = {name: getattr(domain, name) for name in ("train", "val", "unlabelled", "test")}
    digests = {name: examples.digest() for name, examples in splits.items() if examples is not None}
    return {"inputs": domain.sha, "task": domain.task.card(), **digests}
