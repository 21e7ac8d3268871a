"""Loading a data set, and checking that its domain fulfils the contract."""

from __future__ import annotations

import traceback
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples, Task
from relxfer.contract.metrics import METRICS
from relxfer.contract.records import Dataset
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
    if domain.task.kind not in METRICS:
        return f"expected a task of kind {', '.join(METRICS)}, got {domain.task.kind!r}"
    if not isinstance(domain.task.answers, tuple):
        return f"expected the answers of the task as a tuple, got a {type(domain.task.answers).__name__}"
    for name in ("train", "val", "unlabelled", "test"):
        split = getattr(domain, name)
        if split is not None and (wrong := _wrong_split(split, domain.task)):
            return f"{name}: {wrong}"
    return None


def _wrong_split(split: Examples, task: Task) -> str | None:
    arrays = {"queries": split.queries, "answers": split.answers, "units": split.units}
    for name, array in arrays.items():
        if array is None and name != "queries":
            continue
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "biu" or not array.ndim:
            return f"expected {name} as an array of integers, got {_shape(array)}"
        if len(array) != len(split.queries):
            return f"expected {len(split.queries)} {name}, one for each query, got {len(array)}"
    if not len(split):
        return "expected queries, got none (a split that a data set does not have is None)"
    if split.answers is not None and split.answers.ndim == 1:
        least, most = int(split.answers.min()), int(split.answers.max())
        if least < 0 or most >= len(task.answers):
            return f"expected answers from 0 to {len(task.answers) - 1}, got {least} to {most}"
    return None


def _shape(value: Any) -> str:
    return f"{value.dtype}{list(value.shape)}" if isinstance(value, np.ndarray) else type(value).__name__
