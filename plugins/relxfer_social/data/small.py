"""Two small social networks that networkx has: for a first try, and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer_social.domain import network_domain
from relxfer_social.network import Network, both_ways
from relxfer_social.options import LinksOptions, SplitOptions


def load_karate(options: SplitOptions, files: Mapping[str, Path]) -> Domain:
    """34 members of a karate club that split in two (Zachary 1977): with whom did each go?

    >>> domain = load_karate(SplitOptions(), {})
    >>> len(domain.inputs), domain.task.answers
    (34, ('Mr. Hi', 'Officer'))
    """
    import networkx as nx

    graph = nx.karate_club_graph()
    classes = ("Mr. Hi", "Officer")
    labels = np.array([classes.index(club) for _, club in graph.nodes(data="club")])
    return network_domain("karate-club", _network(graph), classes, labels, options)


def load_miserables(options: LinksOptions, files: Mapping[str, Path]) -> Domain:
    """77 characters of Les Misérables, linked where they meet in a chapter (Knuth 1993); nobody has a label.

    >>> len(load_miserables(LinksOptions(), {}).inputs)
    77
    """
    import networkx as nx

    return network_domain(
        "les-miserables", _network(nx.les_miserables_graph()), (), np.zeros(0, np.int64), options
    )  # fmt: skip


def _network(graph: Any) -> Network:
    place = {node: number for number, node in enumerate(graph)}
    edges = np.array([(place[one], place[other]) for one, other in graph.edges]).T
    return Network(tuple(map(str, graph)), both_ways(edges))
