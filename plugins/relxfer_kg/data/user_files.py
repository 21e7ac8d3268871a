"""The reader `kg-files`: the user's own facts, from files, inline rows or a graph in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer_kg.files.named_facts import GivenSplit, given_domain, split_domain
from relxfer_kg.files.splits import RandomSplit
from relxfer_kg.files.triples import read_triples
from relxfer_kg.options import OwnFiles, form_of


def load(options: OwnFiles) -> Domain:
    """The domain of the user's facts.

    Raises:
        DataError: a file cannot be read or its facts cannot be used.
    """
    name, facts = options.name or _stem(options.facts), _triples(options.facts, options)
    if options.test is None:
        return split_domain(name, facts, RandomSplit(options.valid_fraction, options.test_fraction, options.split_seed))
    valid = None if options.valid is None else _triples(options.valid, options)
    return given_domain(name, GivenSplit(facts, valid, _triples(options.test, options)))


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
