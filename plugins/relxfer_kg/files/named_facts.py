"""Facts as names: numbered, split by seed or as given, and made a domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from relxfer.contract.data import Domain
from relxfer.data.tables.column import Column
from relxfer.errors import DataError
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.files.splits import RandomSplit, fact_keys, fact_units, first_rows, split
from relxfer_kg.named.facts import Facts

#: Facts as names: str [n, 3] (head, relation, tail), or columns.
Names: TypeAlias = np.ndarray | Facts
#: Of the entities of a test, the share that the observed facts may lack.
_UNSEEN = 0.5


class GivenSplit(NamedTuple):
    """Facts that are split already; `validation` may be absent."""

    observed: Names
    validation: Names | None
    test: Names


def split_domain(name: str, facts: Names, how: RandomSplit | None = None, notes: Sequence[str] = ()) -> Domain:
    """A domain of named facts, str [n, 3], of which validation and test facts are split off (see `splits.split`).

    Entities and relations are numbered as they first appear. A fact and its reversal under the same relation are one
    unit. Repeated facts are dropped.

    Args:
        how: None: a tenth of the units each for validation and test, seed 0.

    Raises:
        DataError: a name is empty, there are fewer than two entities, or nothing can be held out.

    >>> ring = [(f"e{i}", "next", f"e{(i + 1) % 6}") for i in range(6)]
    >>> domain = split_domain("ring", np.array(ring), RandomSplit(valid_fraction=0, test_fraction=0.2))
    >>> len(domain.inputs.facts), len(domain.test.queries)
    (5, 2)
    >>> domain.notes[0]
    '6 facts: 5 observed, 0 validation, 1 test; split by pair of entities (seed 0)'
    """
    how = how or RandomSplit()
    vocabulary, (ids,) = _numbered(name, facts)
    try:
        rows = split(ids, len(vocabulary.entities), how)
    except DataError as error:
        raise DataError(f"{name}: {error}") from None
    units = fact_units(ids, len(vocabulary.entities))
    observed, valid, test = (FactIds(ids[these], units[these]) for these in (rows.observed, rows.valid, rows.test))
    facts_kept = len(facts) - rows.duplicates
    about = [
        f"{facts_kept} facts: {len(rows.observed)} observed, {len(rows.valid)} validation, {len(rows.test)} test; "
        f"split by pair of entities (seed {how.seed})"
    ]
    about += [f"{_count(rows.duplicates, 'repeated fact')} dropped"] if rows.duplicates else []
    return kg_domain(name, vocabulary, Splits(observed, valid, test, whole_pairs=True), (*about, *notes))


def given_domain(name: str, given: GivenSplit, notes: Sequence[str] = ()) -> Domain:
    """A domain of named facts whose splits are given and stay as they are; otherwise like `split_domain`.

    Its notes say how much of the test the observed facts do not mention, or give away.

    Raises:
        DataError: a name is empty, there are fewer than two entities, a split is empty, or the observed facts mention
            less than half of the entities of the test.
    """
    named = {role: facts for role, facts in given._asdict().items() if facts is not None}
    for role, facts in named.items():
        if not len(facts):
            raise DataError(f"{name}: expected {role} facts, got none; leave the key out or add facts")
    vocabulary, numbered = _numbered(name, *named.values())
    size = len(vocabulary.entities)
    repeated = dict(zip(named, numbered, strict=True))
    distinct = {role: ids[first_rows(ids, size)] for role, ids in repeated.items()}
    about = [f"{', '.join(f'{len(ids)} {role}' for role, ids in distinct.items())} facts, split as given"]
    about += [
        f"{_count(len(ids) - len(distinct[role]), f'repeated {role} fact')} dropped"
        for role, ids in repeated.items()
        if len(ids) > len(distinct[role])
    ]
    _check_seen(name, distinct)
    about += _warnings(distinct, size)
    splits = with_units(distinct, size)
    return kg_domain(
        name, vocabulary, Splits(splits["observed"], splits.get("validation"), splits["test"]), (*about, *notes)
    )


def with_units(splits: Mapping[str, np.ndarray], num_entities: int) -> dict[str, FactIds]:
    """The splits of one domain, ids [n, 3] each, with the units of `fact_units` across all of them.

    >>> splits = {"train": np.array([[0, 0, 1]]), "test": np.array([[1, 0, 0]])}
    >>> [facts.units.tolist() for facts in with_units(splits, 2).values()]
    [[0], [0]]
    """
    ends = np.cumsum([len(ids) for ids in splits.values()])[:-1]
    units = np.split(fact_units(np.concatenate(list(splits.values())), num_entities), ends)
    return {role: FactIds(ids, own) for (role, ids), own in zip(splits.items(), units, strict=True)}


def encode(*splits: Names) -> tuple[Vocabulary, list[np.ndarray]]:
    """The vocabulary of named facts, and the facts as ids, int [n, 3] each.

    Names are numbered as they first appear, split by split, a fact's head before its tail.

    >>> vocabulary, (ids,) = encode(np.array([["b", "likes", "a"], ["a", "likes", "c"]]))
    >>> vocabulary.entities, vocabulary.relations, ids.tolist()
    (['b', 'a', 'c'], ['likes'], [[0, 0, 1], [1, 0, 2]])
    """
    facts = [facts_of_names(split) for split in splits]
    ends = [column for split in facts for column in (split.head, split.tail)]
    entities, pairs = _numbered_alike(ends, 2)
    relations, kinds = _numbered_alike([split.relation for split in facts], 1)
    ids = [np.stack([pairs[2 * i], kind, pairs[2 * i + 1]], 1) for i, kind in enumerate(kinds)]
    return Vocabulary(entities, relations), ids


def facts_of_names(facts: Names) -> Facts:
    """Facts from an array of names, str [n, 3]; facts as they are."""
    return facts if isinstance(facts, Facts) else Facts.of(np.asarray(facts, dtype=object).reshape(-1, 3))


def _numbered_alike(columns: Sequence[Column], together: int) -> tuple[list[str], list[np.ndarray]]:
    """The different names of columns as they first appear, and each column as their numbers, int64.

    together  so many columns following one another are read row by row
    """
    known: dict[str, int] = {}
    places = []
    for column in columns:
        of = np.array([known.setdefault(value, len(known)) for value in column.values], np.int64)
        places.append(of[column.codes] if len(column) else np.empty(0, np.int64))
    groups = [np.stack(places[i : i + together], 1).reshape(-1) for i in range(0, len(places), together)]
    whole = np.concatenate(groups)
    first = np.empty(len(known), np.int64)
    first[whole[::-1]] = np.arange(len(whole))[::-1]  # of several writes to one place the last one stays
    order = np.argsort(first, kind="stable")
    number = np.empty(len(known), np.int64)
    number[order] = np.arange(len(known))
    names = list(known)
    return [names[place] for place in order.tolist()], [number[column] for column in places]


def _numbered(name: str, *splits: Names) -> tuple[Vocabulary, list[np.ndarray]]:
    """`encode`, and the requirements of every graph."""
    vocabulary, ids = encode(*splits)
    count = len(vocabulary.entities)
    if count < 2:
        raise DataError(f"{name}: expected facts about at least two entities, got {count}; add facts")
    for kind, names in (("entity", vocabulary.entities), ("relation", vocabulary.relations)):
        if not all(map(str.strip, names)):
            raise DataError(f"{name}: expected a name for every {kind}, got an empty one; name it, or drop its facts")
    return vocabulary, ids


def unseen(observed: np.ndarray, test: np.ndarray) -> tuple[int, int]:
    """How many entities of the test, as ids, are in no observed fact, and how many it has."""
    asked = np.unique(test[:, [0, 2]])
    return len(np.setdiff1d(asked, observed[:, [0, 2]])), len(asked)


def _check_seen(name: str, splits: Mapping[str, np.ndarray]) -> None:
    missing, count = unseen(splits["observed"], splits["test"])
    if missing > _UNSEEN * count:
        raise DataError(
            f"{name}: expected test facts about entities of the observed facts, got {missing / count:.0%} of {count:,} "
            "entities that these do not mention, as in an inductive split: nothing can be answered about them. Name "
            "the graph that they are part of as facts (such as msg.txt, inference.txt, or train.txt of the folder _ind)"
        )


def _warnings(splits: Mapping[str, np.ndarray], num_entities: int) -> list[str]:
    """How much of the test the observed facts do not mention, and how much the other splits repeat."""
    observed, test, warnings = splits["observed"], splits["test"], []
    for column, kind in ((slice(0, 3, 2), ("entity", "entities")), (1, ("relation", "relations"))):
        unseen = len(np.setdiff1d(test[:, column], observed[:, column]))
        if unseen:
            warnings.append(f"{unseen} {kind[unseen > 1]} of the test facts in no observed fact")
    for role in [role for role in splits if role != "test"]:
        keys = fact_keys(np.concatenate([splits[role], test]), num_entities)
        overlap = int(np.isin(keys[len(splits[role]) :], keys[: len(splits[role])]).sum())
        if overlap:
            leak = ": their answers are given away" if role == "observed" else ""
            warnings.append(f"{overlap} of {len(test)} test facts are also {role} facts{leak}")
    return warnings


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
