"""Scores of several systems as arrays over the same items, paired by seed with those of a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.data.scores.records import ItemScores
from relxfer.data.tables.column import Column
from relxfer.errors import DataError

#: How many names are listed in a message.
_MOST = 5


@dataclass(frozen=True, eq=False)
class Matched:
    """The scores of K systems for the n items that all of them have.

    items    [n] ids
    values   of each system [S_k, n] float, for its runs that are used
    seeds    of each system, the S_k names of these runs; one may be "", for a run that nothing names
    groups   [n] int; None: nothing says that there are groups
    classes  [n] int, the class of each item, and the names of classes; None: all items count alike
    left     of each system, the number of its items that are not used
    """

    items: Sequence[str]
    values: Sequence[np.ndarray]
    seeds: Sequence[tuple[str, ...]]
    groups: np.ndarray | None
    classes: tuple[np.ndarray, tuple[str, ...]] | None
    left: Sequence[int]

    def pair(self, one: int, other: int) -> tuple[np.ndarray, np.ndarray]:
        """The values of two systems for the seeds of both, [S, n] each; a side with one run has S = 1."""
        sides = (one, other)
        if min(len(self.seeds[side]) for side in sides) == 1:
            return self.values[one], self.values[other]
        common = [seed for seed in self.seeds[one] if seed in self.seeds[other]]
        ours, theirs = (self.values[side][[self.seeds[side].index(seed) for seed in common]] for side in sides)
        return ours, theirs


def match(systems: Sequence[ItemScores], baseline: int) -> Matched:
    """The scores of all systems on their common items.

    Of a system with several runs those are used that the baseline has too; a system with one run is compared with
    each run of the other.

    Raises:
        DataError: systems have no items or no seeds in common, an item has several groups or classes, or it is another
            question in another system.
    """
    seeds = _used(systems, baseline)
    there = [_complete(each, used) for each, used in zip(systems, seeds, strict=True)]
    common = [item for item in there[baseline] if all(item in other for other in there)]
    if not common:
        raise DataError(_nothing_common(systems, there, seeds))
    place = {item: number for number, item in enumerate(common)}
    _check_digests(systems, place)
    classes = _attribute(systems, "classes", place)
    groups = _attribute(systems, "groups", place)
    return Matched(
        common,
        [_values(each, used, place) for each, used in zip(systems, seeds, strict=True)],
        seeds,
        None if groups is None else groups[0],
        classes,
        [len(each.ids.distinct) - len(common) for each in systems],
    )


def _used(systems: Sequence[ItemScores], baseline: int) -> list[tuple[str, ...]]:
    """The seeds of each system that are used, in their order."""
    named = [tuple(each.seeds.values) if each.seeds is not None else ("",) for each in systems]
    ours = named[baseline]
    if len(ours) == 1:
        return named
    made = [seeds if len(seeds) == 1 else tuple(seed for seed in seeds if seed in ours) for seeds in named]
    for each, seeds, all_of in zip(systems, made, named, strict=True):
        if not seeds:
            raise DataError(
                f"expected seeds that {systems[baseline].name} and {each.name} both have, got {_listed(ours)} and "
                f"{_listed(all_of)}; give the runs that belong together the same name"
            )
    paired = {seed for number, seeds in enumerate(made) if number != baseline and len(seeds) > 1 for seed in seeds}
    single = any(len(seeds) == 1 == len(all_of) for seeds, all_of in zip(made, named, strict=True))
    made[baseline] = ours if single or not paired else tuple(seed for seed in ours if seed in paired)
    return made


def _complete(scores: ItemScores, used: Sequence[str]) -> dict[str, None]:
    """The items that every run has which is used, in the order of the file."""
    if scores.seeds is None:
        return dict.fromkeys(scores.ids.values)
    wanted = np.isin(scores.seeds.codes, [scores.seeds.values.index(seed) for seed in used])
    counts = np.bincount(scores.ids.codes[wanted], minlength=len(scores.ids.values))
    return {item: None for item, count in zip(scores.ids.values, counts.tolist(), strict=True) if count == len(used)}


def _values(scores: ItemScores, used: Sequence[str], place: dict[str, int]) -> np.ndarray:
    """[S, n]."""
    columns = np.array([place.get(item, -1) for item in scores.ids.values])[scores.ids.codes]
    order = {seed: number for number, seed in enumerate(used)}
    seeds = scores.seeds.values if scores.seeds is not None else ("",)
    codes = scores.seeds.codes if scores.seeds is not None else np.zeros(len(columns), np.int32)
    rows = np.array([order.get(seed, -1) for seed in seeds])[codes]
    fits = (columns >= 0) & (rows >= 0)
    made = np.empty((len(used), len(place)))
    made[rows[fits], columns[fits]] = scores.scores[fits]
    return made


def _attribute(
    systems: Sequence[ItemScores], name: str, place: dict[str, int]
) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """The groups or classes of the items, [n] int with their names, by all systems that say them."""
    said: dict[str, str] = {}
    for each in systems:
        column: Column | None = getattr(each, name)
        for item, value, line in zip(each.ids, column, each.lines.tolist(), strict=True) if column is not None else ():
            if item in place and said.setdefault(item, value) != value:
                raise DataError(
                    f"{each.path}:{line}: expected one of the {name} for item {item!r}, got {said[item]!r} and "
                    f"{value!r}; correct one"
                )
    if not said:
        return None
    made = Column.of(said[item] for item in place)
    return made.codes, tuple(made.values)


def _check_digests(systems: Sequence[ItemScores], place: dict[str, int]) -> None:
    """Check that an id stands for the same question everywhere, where logs have digests of it."""
    seen: dict[str, str] = {}
    for each in systems:
        found = dict(zip(each.ids, each.digests, strict=True)) if each.digests is not None else {}
        other = [item for item in found if item in place and seen.setdefault(item, found[item]) != found[item]]
        if other:
            raise DataError(
                f"{each.path}: expected the same questions under the same ids, got others (by doc_hash) under "
                f"{len(other):,}, such as {_listed(other)}; compare runs of one version of the task"
            )


def _nothing_common(
    systems: Sequence[ItemScores], there: Sequence[dict[str, None]], seeds: Sequence[Sequence[str]]
) -> str:
    for each, items, used in zip(systems, there, seeds, strict=True):
        if not items:
            return (
                f"{each.path}: expected items that every run of {each.name} has, got none in all of {_listed(used)}; "
                "give every run the same items"
            )
    firsts = [f"{each.name} begins with {next(iter(items))!r}" for each, items in zip(systems, there, strict=True)]
    return (
        f"expected items with the same ids in all systems, got none: {', '.join(firsts[:_MOST])}; name the column of "
        "ids (--id)"
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST:,} more" * (len(names) > _MOST)
    return ", ".join(name[:60] or "no name" for name in names[:_MOST]) + more
