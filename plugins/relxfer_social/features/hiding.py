"""Features and links of a network that are hidden, so that they can be predicted from the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from relxfer_social.tensors.graph import Graph, Replaced


@dataclass(frozen=True)
class Links:
    """Pairs of nodes of a batch, by their places in it: linked [2, e], and no more that are not, apart [2, f]."""

    linked: Tensor
    apart: Tensor


def without_features(graph: Graph, nodes: Tensor, token: Tensor) -> Graph:
    """These nodes, in any shape, have the features token [F]; the gradient reaches the token."""
    where = torch.zeros(graph.count, 1, device=graph.edges.device)
    where[nodes] = 1
    assert not isinstance(graph.features, Replaced), "features are hidden once"
    # the links are the same, so that the matrices computed of them may be kept
    return replace(graph, features=Replaced.of(graph.features, where, token))


def without_links(graph: Graph, nodes: Tensor, share: float) -> tuple[Graph, Links]:
    """The graph less a share, drawn, of the links between these nodes [B], in both directions; and these links.

    A link is a pair of different nodes with an edge, either way. Pairs that are apart are drawn as often as links
    were hidden, and left out where they turn out to be linked.
    """
    place = torch.full((graph.count,), -1, device=graph.edges.device)
    place[nodes] = torch.arange(len(nodes), device=place.device)
    ends = place[graph.edges]
    inside = (ends >= 0).all(0) & (ends[0] != ends[1])
    keys = torch.where(inside, _key(ends, len(nodes)), -1)
    present = keys[inside].unique()
    hidden = present[torch.rand(len(present), device=present.device) < share]
    stay = ~torch.isin(keys, hidden)
    weights = None if graph.weights is None else graph.weights[stay]
    thin = replace(graph, edges=graph.edges[:, stay], weights=weights, _kept={})
    linked = torch.stack([hidden // len(nodes), hidden % len(nodes)])
    return thin, Links(linked, _apart(present, len(hidden), len(nodes)))


def _apart(present: Tensor, count: int, size: int) -> Tensor:
    drawn = torch.randint(size, (2, count), device=present.device)
    return drawn[:, (drawn[0] != drawn[1]) & ~torch.isin(_key(drawn, size), present)]


def _key(pairs: Tensor, size: int) -> Tensor:
    """[e]: one number for a pair of places below size, whatever its direction."""
    return pairs.amin(0) * size + pairs.amax(0)
