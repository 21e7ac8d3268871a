"""The relational product in plain torch, differentiated by autograd: the compiled kernels are tested against it."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from relxfer_kg.graph.adjacency import Adjacency

#: Elements of the largest message tensor [B, chunk, d] that exists at a time.
CHUNK_ELEMENTS = 1 << 21


def rspmm_reference(adjacency: Adjacency, relation: Tensor, x: Tensor, weight: Tensor | None = None) -> Tensor:
    """``out[b, i] = sum over edges e into i of weight[e] * relation[b, type(e)] * x[b, sender(e)]``.

    Works on any device and dtype. Edges are taken in chunks whose messages are recomputed in the backward
    pass, so that the [B, E, d] messages never exist, not even inside autograd.

    Args:
        adjacency: E edges over V nodes with T types.
        relation: [B or 1, T, d].
        x: [B, V, d].
        weight: [E] in the original order of the edges, not differentiated; None means ones.

    Returns:
        [B, V, d].

    >>> import numpy as np
    >>> one = Adjacency(np.array([1]), np.array([0]), np.array([0]), num_nodes=2, num_types=1)
    >>> rspmm_reference(one, torch.full((1, 1, 1), 3.0), torch.tensor([[[2.0], [5.0]]])).tolist()
    [[[0.0], [6.0]]]
    """
    batch, nodes, dim = x.shape
    edges = _edges(adjacency, weight, x)
    flat_relation, flat_x = relation.reshape(-1, dim), x.reshape(-1, dim)
    relation_step = adjacency.num_types if len(relation) > 1 else 0
    rows = torch.arange(batch, device=x.device)[:, None]
    out = x.new_zeros(batch * nodes, dim)
    size = max(1, CHUNK_ELEMENTS // max(1, batch * dim))
    for receiver, sender, kind, *factor in _chunks(edges, size):
        # Rows of [B * V, d]: torch sorts these expanded indices once, and needs no atomic addition.
        receiver, sender = (_expanded(rows * nodes + node, dim) for node in (receiver, sender))
        kind = _expanded(rows * relation_step + kind, dim)
        repeated = [column.repeat(batch) for column in factor]
        messages = checkpoint(
            _messages,
            flat_relation,
            flat_x,
            kind,
            sender,
            *repeated,
            use_reentrant=False,
            preserve_rng_state=False,
        )
        out.scatter_add_(0, receiver, messages)
    return out.view(batch, nodes, dim)


def _messages(relation: Tensor, x: Tensor, kind: Tensor, sender: Tensor, factor: Tensor | None = None) -> Tensor:
    messages = relation.gather(0, kind) * x.gather(0, sender)
    return messages if factor is None else messages * factor[:, None]


def _expanded(index: Tensor, dim: int) -> Tensor:
    return index.reshape(-1, 1).expand(-1, dim)


def _edges(adjacency: Adjacency, weight: Tensor | None, x: Tensor) -> list[Tensor]:
    """Columns (receiver, sender, type[, weight]) of the edges with a weight other than zero, by receiver."""
    csr = adjacency.by_receiver
    columns = [
        torch.from_numpy(column).to(x.device, torch.int64) for column in (csr.receiver, csr.sender, csr.type, csr.edge)
    ]
    edge = columns.pop()
    if weight is None:
        return columns
    factor = weight.detach().to(x)[edge]
    kept = factor.nonzero()[:, 0]
    return [column[kept] for column in (*columns, factor)]


def _chunks(columns: list[Tensor], size: int) -> Iterator[list[Tensor]]:
    for start in range(0, max(1, len(columns[0])), size):  # at least one, so that gradients exist without edges
        yield [column[start : start + size] for column in columns]
