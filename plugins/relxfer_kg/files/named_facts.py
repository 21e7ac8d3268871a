"""Facts as names: numbered, split by seed or as given, and made a domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.files.splits import RandomSplit, fact_keys, fact_units, first_rows, split


class GivenSplit(NamedTuple):
    """Facts that are split already: names, str [n, 3] (head, relation, tail); `validation` may be absent."""

    observed: np.ndarray
    validation: np.ndarray | None
    test: np.ndarray


def split_domain(name: str, facts: np.ndarray, how: RandomSplit | None = None, notes: Sequence[str] = ()) -> Domain:
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
    return kg_domain(name, vocabulary, Splits(observed, valid, test), (*about, *notes))


def given_domain(name: str, given: GivenSplit, notes: Sequence[str] = ()) -> Domain:
    """A domain of named facts whose splits are given and stay as they are; otherwise like `split_domain`.

    Its notes say how much of the test the observed facts do not mention, or give away.

    Raises:
        DataError: a name is empty, there are fewer than two entities, or a split is empty.
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


def encode(*splits: np.ndarray) -> tuple[Vocabulary, list[np.ndarray]]:
    """The vocabulary of named facts, str [n, 3] each, and the facts as ids, int [n, 3] each.

    Names are numbered as they first appear, split by split, a fact's head before its tail.

    >>> vocabulary, (ids,) = encode(np.array([["b", "likes", "a"], ["a", "likes", "c"]]))
    >>> vocabulary.entities, vocabulary.relations, ids.tolist()
    (['b', 'a', 'c'], ['likes'], [[0, 0, 1], [1, 0, 2]])
    """
    ends = [facts[:, [0, 2]].reshape(-1).tolist() for facts in splits]
    links = [facts[:, 1].tolist() for facts in splits]
    entities, relations = _numbers(ends), _numbers(links)
    ids = []
    for end, link in zip(ends, links, strict=True):
        pairs = np.fromiter(map(entities.__getitem__, end), np.int64, len(end)).reshape(-1, 2)
        kinds = np.fromiter(map(relations.__getitem__, link), np.int64, len(link))
        ids.append(np.stack([pairs[:, 0], kinds, pairs[:, 1]], 1))
    return Vocabulary(list(entities), list(relations)), ids


def _numbers(names: Iterable[list[str]]) -> dict[str, int]:
    distinct = dict.fromkeys(chain.from_iterable(names))
    return dict(zip(distinct, range(len(distinct)), strict=True))


def _numbered(name: str, *splits: np.ndarray) -> tuple[Vocabulary, list[np.ndarray]]:
    """`encode`, and the requirements of every graph."""
    vocabulary, ids = encode(*(np.asarray(facts).reshape(-1, 3) for facts in splits))
    count = len(vocabulary.entities)
    if count < 2:
        raise DataError(f"{name}: expected facts about at least two entities, got {count}; add facts")
    for kind, names in (("entity", vocabulary.entities), ("relation", vocabulary.relations)):
        if not all(map(str.strip, names)):
            raise DataError(f"{name}: expected a name for every {kind}, got an empty one; name it, or drop its facts")
    return vocabulary, ids


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
