"""Edges in a file of their own, which are added to a network, or a whole network where there is none yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from relxfer.contract.data import Domain
from relxfer.judge.metrics.links import LinkPrediction
from relxfer_social.files.user_network import network_of, read
from relxfer_social.headings import KIND
from relxfer_social.options import NetworkFiles
from relxfer_social.weights import NONE

if TYPE_CHECKING:
    from relxfer_social.domain import NodeDomain
    from relxfer_social.links.domain import LinkDomain


def with_file(domain: NodeDomain | LinkDomain, path: Path) -> Domain:
    """A network with the edges of a file too; one without nodes gets all that the file holds, features included.

    Raises:
        DataError: the file does not read, or its nodes do not fit.
    """
    known = domain.inputs
    weighted = domain.task.kind != LinkPrediction().kind and (known.weights is not None or not len(known))
    kind = None if known.by_kind is None else known.by_kind.called
    options = NetworkFiles(path=path, weight=None if weighted else NONE, edge_kind=kind)
    raw = read(options)
    if not len(domain.inputs):
        network, notes = network_of(options, raw)
        return domain.over(network, "; ".join([f"the network of {path}", *notes]))
    source, target = ([raw.nodes[node] for node in end] for end in raw.rows)
    weights = {} if raw.weights is None else {"weight": [str(weight) for weight in raw.weights.tolist()]}
    kinds = {KIND.name: raw.kinds} if raw.kinds else {}
    return domain.with_new({"source": source, "target": target, **weights, **kinds})
