"""The user's own facts as a domain: files, inline rows or a graph in memory, split as given or by seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_kg.domain import kg_domain
from relxfer_kg.files.splits import fact_keys, fact_units, first_rows, split
from relxfer_kg.files.triples import read_triples
from relxfer_kg.options import OwnFiles, form_of


def load(options: OwnFiles, files: Mapping[str, Path]) -> Domain:
    """The domain of the user's facts; `files` is empty, since the paths are options.

    Raises:
        DataError: a file cannot be read or its facts cannot be used.
    """
    given = (options.facts, options.valid, options.test)
    facts, valid, test = (None if part is None else _triples(part, options) for part in given)
    assert facts is not None
    return domain_of_triples(
        options.name or _stem(options.facts), facts, valid, test,
        options.valid_fraction, options.test_fraction, options.split_seed,
    )  # fmt: skip


def domain_of_triples(
    name: str,
    facts: np.ndarray,
    valid: np.ndarray | None = None,
    test: np.ndarray | None = None,
    valid_fraction: float = 0.1,
    test_fraction: float = 0.1,
    split_seed: int = 0,
    notes: Sequence[str] = (),
) -> Domain:
    """A domain of named facts, str [n, 3]; entities and relations are numbered as they first appear.

    Without `test`, validation and test facts are split off from `facts` (see `splits.split`); with it, the
    parts stay as given, and notes say what of the test the observed facts do not know or give away. A fact
    and its reversal under the same relation are one unit. Repeated facts are dropped.

    Raises:
        DataError: a name is empty, there are fewer than two entities, a given part is empty, or nothing can
            be held out.

    >>> ring = [(f"e{i}", "next", f"e{(i + 1) % 6}") for i in range(6)]
    >>> domain = domain_of_triples("ring", np.array(ring), valid_fraction=0, test_fraction=0.2)
    >>> len(domain.inputs.facts), len(domain.test.queries)
    (5, 2)
    >>> domain.notes[0]
    '6 facts: 5 observed, 0 validation, 1 test; split by pair of entities (seed 0)'
    """
    if test is None:
        return _split_domain(name, facts, (valid_fraction, test_fraction, split_seed), notes)
    given = [("observed", facts), ("validation", valid), ("test", test)]
    parts = {role: part for role, part in given if part is not None}
    for role, part in parts.items():
        if not len(part):
            raise DataError(f"{name}: expected {role} facts, got none; leave the key out or add facts")
    return _given_domain(name, parts, notes)


def encode(*parts: np.ndarray) -> tuple[list[str], list[str], list[np.ndarray]]:
    """Entity names, relation names, and each part as ids, int [n, 3].

    Names are numbered as they first appear, part by part, a fact's head before its tail.

    >>> entities, relations, (ids,) = encode(np.array([["b", "likes", "a"], ["a", "likes", "c"]]))
    >>> entities, relations, ids.tolist()
    (['b', 'a', 'c'], ['likes'], [[0, 0, 1], [1, 0, 2]])
    """
    ends = [part[:, [0, 2]].reshape(-1).tolist() for part in parts]
    links = [part[:, 1].tolist() for part in parts]
    entities, relations = _vocabulary(ends), _vocabulary(links)
    ids = []
    for end, link in zip(ends, links, strict=True):
        pairs = np.fromiter(map(entities.__getitem__, end), np.int64, len(end)).reshape(-1, 2)
        kinds = np.fromiter(map(relations.__getitem__, link), np.int64, len(link))
        ids.append(np.stack([pairs[:, 0], kinds, pairs[:, 1]], 1))
    return list(entities), list(relations), ids


def _vocabulary(parts: Iterable[list[str]]) -> dict[str, int]:
    names = dict.fromkeys(chain.from_iterable(parts))
    return dict(zip(names, range(len(names)), strict=True))


def _split_domain(name: str, facts: np.ndarray, how: tuple[float, float, int], notes: Sequence[str]) -> Domain:
    entities, relations, (ids,) = _named(name, facts)
    try:
        parts = split(ids, len(entities), *how)
    except DataError as error:
        raise DataError(f"{name}: {error}") from None
    observed, valid, test = parts.observed, parts.valid, parts.test
    units = fact_units(ids, len(entities))
    told = [
        f"{len(facts) - parts.duplicates} facts: {len(observed)} observed, {len(valid)} validation, "
        f"{len(test)} test; split by pair of entities (seed {how[2]})"
    ]
    told += [f"{_count(parts.duplicates, 'repeated fact')} dropped"] if parts.duplicates else []
    return kg_domain(
        name, entities, relations, ids[observed], ids[valid], ids[test],
        units[observed], units[valid], units[test], (*told, *notes),
    )  # fmt: skip


def _given_domain(name: str, named: Mapping[str, np.ndarray], notes: Sequence[str]) -> Domain:
    entities, relations, given = _named(name, *named.values())
    whole = dict(zip(named, given, strict=True))
    parts = {role: ids[first_rows(ids, len(entities))] for role, ids in whole.items()}
    told = [f"{', '.join(f'{len(ids)} {role}' for role, ids in parts.items())} facts, split as given"]
    told += [
        f"{_count(len(ids) - len(parts[role]), f'repeated {role} fact')} dropped"
        for role, ids in whole.items()
        if len(ids) > len(parts[role])
    ]
    told += _warnings(parts, len(entities))
    units = fact_units(np.concatenate(list(parts.values())), len(entities))
    ends = np.cumsum([len(ids) for ids in parts.values()])
    groups = dict(zip(parts, np.split(units, ends[:-1]), strict=True))
    return kg_domain(
        name, entities, relations, parts["observed"], parts.get("validation"), parts["test"],
        groups["observed"], groups.get("validation"), groups["test"], (*told, *notes),
    )  # fmt: skip


def _named(name: str, *parts: np.ndarray) -> tuple[list[str], list[str], list[np.ndarray]]:
    """`encode`, and what every graph must have."""
    entities, relations, ids = encode(*(np.asarray(part).reshape(-1, 3) for part in parts))
    if len(entities) < 2:
        raise DataError(f"{name}: expected facts about at least two entities, got {len(entities)}; add facts")
    for kind, names in (("entity", entities), ("relation", relations)):
        if not all(map(str.strip, names)):
            raise DataError(f"{name}: expected a name for every {kind}, got an empty one; name it, or drop its facts")
    return entities, relations, ids


def _warnings(parts: Mapping[str, np.ndarray], num_entities: int) -> list[str]:
    """What of the test is unknown to the observed facts, and what they give away."""
    observed, test, told = parts["observed"], parts["test"], []
    for column, kind in ((slice(0, 3, 2), ("entity", "entities")), (1, ("relation", "relations"))):
        unseen = len(np.setdiff1d(test[:, column], observed[:, column]))
        if unseen:
            told.append(f"{unseen} {kind[unseen > 1]} of the test facts in no observed fact")
    for role in [role for role in parts if role != "test"]:
        keys = fact_keys(np.concatenate([parts[role], test]), num_entities)
        overlap = int(np.isin(keys[len(parts[role]) :], keys[: len(parts[role])]).sum())
        if overlap:
            leak = ": their answers are given away" if role == "observed" else ""
            told.append(f"{overlap} of {len(test)} test facts are also {role} facts{leak}")
    return told


def _triples(facts: Any, options: OwnFiles) -> np.ndarray:
    """[n, 3] names, files one after the other."""
    form = form_of(facts)
    if form == "facts":
        return np.array(facts, dtype=object).reshape(-1, 3)
    paths = [facts] if form == "path" else facts
    return np.concatenate([read_triples(path, options.columns, options.header) for path in paths])


def _stem(facts: Any) -> str:
    form = form_of(facts)
    if form == "facts":
        return "own-facts"
    return (facts if form == "path" else facts[0]).name.partition(".")[0] or "own-facts"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
