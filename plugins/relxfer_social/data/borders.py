"""Countries and states that share a border: embedded networks that have nothing in common but structure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from relxfer.contract.data import Domain
from relxfer_social.domain import network_domain
from relxfer_social.network import Network
from relxfer_social.options import BordersOptions


class _Words(NamedTuple):
    """Relations of a graph of facts: a border (both directions are written), the region of a node, its waters."""

    graph: str
    border: str
    region: str
    water: str


_WORLD = _Words("geo_world", "borders", "in_continent", "coast_on")
_US = _Words("geo_us", "adjoins_state", "state_in_region", "shore_on")


def _load(words: _Words, options: BordersOptions, files: Mapping[str, Path]) -> Domain:
    from relxfer_kg.data.geo import facts

    found = facts(words.graph)
    regions = {head: tail for head, relation, tail in found if relation == words.region}
    waters = [(head, tail) for head, relation, tail in found if relation == words.water]
    coast = {head for head, tail in waters if not tail.startswith("Lake ")}
    nodes = tuple(sorted(regions))
    place = {node: number for number, node in enumerate(nodes)}
    edges = np.array([(place[head], place[tail]) for head, relation, tail in found if relation == words.border]).T
    named = regions if options.label == "region" else {node: "coast" if node in coast else "inland" for node in nodes}
    classes = tuple(sorted(set(named.values())))
    labels = np.array([classes.index(named[node]) for node in nodes])
    return network_domain(words.graph.replace("_", "-"), Network(nodes, edges), classes, labels, options)


load_world = partial(_load, _WORLD)
load_us = partial(_load, _US)
