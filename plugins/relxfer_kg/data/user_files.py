"""The reader `kg-files`: the user's own facts, from files, inline rows or a graph in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer.data.bad_rows import BadRowList
from relxfer_kg.files.fact_tables import FactColumns, renamed
from relxfer_kg.files.formats.query import read_query
from relxfer_kg.files.named_facts import GivenSplit, given_domain, split_domain
from relxfer_kg.files.splits import RandomSplit
from relxfer_kg.files.triples import TABULAR, format_of, read_parts
from relxfer_kg.named.facts import Facts
from relxfer_kg.named.literals import dropped
from relxfer_kg.named.order import ROLES
from relxfer_kg.options import OwnFiles, form_of


def load(options: OwnFiles) -> Domain:
    """The domain of the user's facts. The order of rows decides nothing, neither a split nor a number.

    Raises:
        DataError: a file cannot be read or its facts cannot be used.
    """
    name = options.name or _stem(options.facts)
    bad = BadRowList("facts", options.skip_bad)
    parts = facts_of(options, bad)
    notes = (*dict.fromkeys(note for facts in parts.values() for note in facts.notes), *bad.settle())
    ready = {role: facts.ordered() for role, facts in parts.items()}
    if "test" not in ready:
        how = RandomSplit(options.valid_fraction, options.test_fraction, options.split_seed)
        return split_domain(name, ready["facts"], how, notes)
    return given_domain(name, GivenSplit(ready["facts"], ready.get("valid"), ready["test"]), notes)


def facts_of(options: OwnFiles, bad: BadRowList) -> dict[str, Facts]:
    """The facts by role: "facts", and "valid" and "test" where they are given or a column says so.

    Raises:
        DataError: a file cannot be read.
    """
    given = {"facts": options.facts, "valid": options.valid, "test": options.test}
    how = _columns([value for value in given.values() if value is not None], options)
    read = {role: _parts(value, how, bad) for role, value in given.items() if value is not None}
    parts = _split_by_column(read["facts"]) if list(read) == ["facts"] else {}
    parts = parts or {role: Facts.joined([*of.values()]) for role, of in read.items()}
    named = {role: renamed(facts, options.entity_names, options.relation_names) for role, facts in parts.items()}
    return {role: dropped(facts) for role, facts in named.items()} if options.literals == "drop" else named


def _split_by_column(parts: Mapping[str, Facts]) -> dict[str, Facts]:
    if "train" not in parts or "test" not in parts:
        return {}
    return {"facts" if role == "train" else role: facts for role, facts in parts.items()}


def _columns(given: Sequence[Any], options: OwnFiles) -> FactColumns:
    """Where the facts of tables are; of several files the first decides, since a small one tells little."""
    how = FactColumns(options.columns, options.header, options.relation)
    tables = [path for value in given for path in _paths(value) if format_of(path) in TABULAR]
    if options.columns is not None or len(tables) < 2:
        return how
    table = how.read(tables[0], BadRowList("facts", skip=True))
    found = how.find(table)
    columns = tuple(found.positions[role.name] for role in ROLES if role.name in found.positions)
    return replace(how, columns=columns, evidence=found.evidence)


def _paths(facts: Any) -> Sequence[Path]:
    form = form_of(facts)
    return [facts] if form == "path" else facts if form == "paths" else []


def _parts(facts: Any, how: FactColumns, bad: BadRowList) -> dict[str, Facts]:
    """Facts by part, files one after the other."""
    form = form_of(facts)
    if form == "facts":
        return {"all": Facts.of(facts)}
    if form == "select":
        return read_query(facts, bad)
    read = [read_parts(path, how, bad) for path in _paths(facts)]
    roles = dict.fromkeys(role for parts in read for role in parts)
    return {role: Facts.joined([parts[role] for parts in read if role in parts]) for role in roles}


def _stem(facts: Any) -> str:
    form = form_of(facts)
    if form == "facts":
        return "own-facts"
    if form == "select":
        return facts.database.name.partition(".")[0] or "own-facts"
    return (facts if form == "path" else facts[0]).name.partition(".")[0] or "own-facts"
