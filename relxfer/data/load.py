"""Loading a data set, and checking that its domain fulfils the contract."""

from __future__ import annotations

import itertools
import traceback
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.records import Dataset
from relxfer.contract.tasks import Task
from relxfer.data import fetch
from relxfer.declare.experiment import Chosen
from relxfer.errors import PluginError, RelxferError


def domain_of(dataset: Chosen) -> Domain:
    """Load the domain of a data set, with all its splits.

    Raises:
        DataError: its files cannot be downloaded, or do not have the digests on its card.
        PluginError: its loader raises, or returns something that is not a valid domain.
    """
    record = dataset.record
    files = [fetch.files_of(record)] if isinstance(record, Dataset) else []
    try:
        domain = dataset.build(*files)
    except (RelxferError, OSError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise PluginError(
            f"expected data set {dataset.name!r} to load, got {type(error).__name__}: {error} "
            f"({place.filename}, line {place.lineno}); correct the plugin, or change its options"
        ) from error
    if wrong := _wrong(domain):
        raise PluginError(f"data set {dataset.name!r} of {dataset.offer.distribution}: {wrong}; correct its loader")
    return domain


def _wrong(domain: Any) -> str | None:
    """The first thing that is wrong with a domain, as expected and got; None if it is valid."""
    if not isinstance(domain, Domain):
        return f"expected a relxfer.Domain, got {type(domain).__name__}"
    if not domain.sha:
        return "expected sha, a hash of the inputs that identifies results, got none"
    if type(domain.task) is Task:
        return f"expected a task made by its class, such as relxfer.Classification, got Task({domain.task.kind!r})"
    if not isinstance(domain.task.answers, tuple):
        return f"expected the answers of the task as a tuple, got a {type(domain.task.answers).__name__}"
    for name in ("train", "val", "unlabelled", "test"):
        split = getattr(domain, name)
        if split is not None and (wrong := _wrong_split(split, domain.task)):
            return f"{name}: {wrong}"
    return _apart(domain)


def _apart(domain: Domain) -> str | None:
    """What is wrong where two splits share a group of items, or have tables of their own; None if nothing is."""
    named = {name: getattr(domain, name) for name in ("train", "val", "unlabelled", "test")}
    splits = {name: split for name, split in named.items() if split is not None}
    for (name, one), (other, two) in itertools.pairwise(splits.items()):
        if one.table != two.table:
            return f"expected one table for the queries of all splits, got others in {name} and in {other}"
    groups = {n: s.groups for n, s in splits.items() if s.groups is not None and n != "unlabelled"}
    for (name, ours), (other, theirs) in itertools.combinations(groups.items(), 2):
        if len(both := np.intersect1d(ours, theirs)):
            return f"expected groups that are whole in one split, got group {both[0]} in {name} and in {other}"
    return None


def _wrong_split(split: Examples, task: Task) -> str | None:
    tags = {f"tag {name!r}": values for name, values in split.tags.items()}
    for name, array in {"queries": split.queries, "units": split.units, "groups": split.groups}.items():
        if name != "queries" and array is None:
            continue
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "biu" or not array.ndim:
            return f"expected {name} as an array of integers, got {_shape(array)}"
    lengths = {"answers": split.answers, "units": split.units, "groups": split.groups, **tags}
    for name, array in lengths.items():
        if array is not None and (not isinstance(array, np.ndarray) or len(array) != len(split.queries)):
            got = len(array) if isinstance(array, np.ndarray) and array.ndim else _shape(array)
            return f"expected {len(split.queries)} {name}, one for each query, got {got}"
    if not len(split):
        return "expected queries, got none (a split that a data set does not have is None)"
    if split.table and not 0 <= split.queries.min() <= split.queries.max() < len(split.table):
        return f"expected queries that are rows of the table of {len(split.table)}, got {split.queries.max()}"
    return None if split.answers is None else task.problem(split.answers)


def _shape(value: Any) -> str:
    return f"{value.dtype}{list(value.shape)}" if isinstance(value, np.ndarray) else type(value).__name__
