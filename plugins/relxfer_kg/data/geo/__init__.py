"""Two small real knowledge graphs that ship with the plugin; `SOURCES.md` beside this file names their sources.

Their relation names are disjoint, so that only relational structure can transfer between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from relxfer.contract.data import Domain
from relxfer.contract.options import Options

if TYPE_CHECKING:
    import numpy as np


class GeoOptions(Options):
    """How the facts are split."""

    valid_fraction: Annotated[float, Field(gt=0, lt=0.5)] = 0.1
    """Share of the units kept for validation."""
    test_fraction: Annotated[float, Field(gt=0, lt=0.5)] = 0.1
    """Share of the units kept for the test."""
    split_seed: Annotated[int, Field(ge=0)] = 0
    """Seed of the split."""


def facts(name: str) -> np.ndarray:
    """[n, 3] names (head, relation, tail) of `geo_world` or `geo_us`.

    >>> facts("geo_us").shape[1]
    3
    """
    import numpy as np

    text = (resources("relxfer_kg.data.geo") / f"{name}.tsv").read_text(encoding="utf-8")
    return np.array([line.split("\t") for line in text.splitlines()], dtype=object)


def _load(name: str, options: GeoOptions, files: Mapping[str, Path]) -> Domain:
    from relxfer_kg.files.named_facts import split_domain
    from relxfer_kg.files.splits import RandomSplit

    how = RandomSplit(options.valid_fraction, options.test_fraction, options.split_seed)
    return split_domain(name.replace("_", "-"), facts(name), how)


load_world = partial(_load, "geo_world")
load_us = partial(_load, "geo_us")
