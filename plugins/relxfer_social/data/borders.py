"""Countries and states that share a border: embedded networks that have nothing in common but structure.

`geography/SOURCES.md` says where the tables come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib.resources import files as resources
from pathlib import Path

import numpy as np

from relxfer.contract.data import Domain
from relxfer_social.domain import network_domain
from relxfer_social.network import Network, both_ways
from relxfer_social.options import BordersOptions


def _load(name: str, options: BordersOptions, files: Mapping[str, Path]) -> Domain:
    places, regions, coasts = zip(*_rows(f"{name}_places.tsv"), strict=True)
    number = {place: position for position, place in enumerate(places)}
    borders = [(number[one], number[other]) for one, other in _rows(f"{name}_borders.tsv")]
    edges = both_ways(np.array(borders).T)
    network = Network(places, edges[:, np.lexsort(edges[::-1])])
    asked = regions if options.label == "region" else coasts
    classes = tuple(sorted(set(asked)))
    labels = np.array([classes.index(label) for label in asked])
    return network_domain(f"geo-{name}", network, classes, labels, options)


def _rows(name: str) -> list[tuple[str, ...]]:
    text = (resources("relxfer_social.data") / "geography" / name).read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines()]


load_world = partial(_load, "world")
load_us = partial(_load, "us")
