"""The reader `kg-files`: the user's own facts, from files, inline rows or a graph in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer_kg.files.formats.query import query_facts
from relxfer_kg.files.named_facts import GivenSplit, given_domain, split_domain
from relxfer_kg.files.splits import RandomSplit
from relxfer_kg.files.triples import read_statements
from relxfer_kg.options import OwnFiles, form_of


def load(options: OwnFiles) -> Domain:
    """The domain of the user's facts.

    Raises:
        DataError: a file cannot be read or its facts cannot be used.
    """
    notes: list[str] = []
    name, facts = options.name or _stem(options.facts), _triples(options.facts, options, notes)
    if options.test is None:
        how = RandomSplit(options.valid_fraction, options.test_fraction, options.split_seed)
        return split_domain(name, facts, how, notes)
    valid = None if options.valid is None else _triples(options.valid, options, notes)
    return given_domain(name, GivenSplit(facts, valid, _triples(options.test, options, notes)), notes)


def _triples(facts: Any, options: OwnFiles, notes: list[str]) -> np.ndarray:
    """[n, 3] names, files one after the other; what to tell of them is added to the notes."""
    form = form_of(facts)
    if form == "facts":
        return np.array(facts, dtype=object).reshape(-1, 3)
    if form == "select":
        read = [query_facts(facts)]
    else:
        paths = [facts] if form == "path" else facts
        read = [read_statements(path, options.columns, options.header) for path in paths]
    notes += [note for each in read for note in each.notes]
    return np.concatenate([each.facts for each in read])


def _stem(facts: Any) -> str:
    form = form_of(facts)
    if form == "facts":
        return "own-facts"
    if form == "select":
        return facts.database.name.partition(".")[0] or "own-facts"
    return (facts if form == "path" else facts[0]).name.partition(".")[0] or "own-facts"
