"""Checks of ids before they index anything, so that a wrong one is refused with the range it should be in."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


def check_queries(graph: KnowledgeGraph, queries: Tensor | np.ndarray) -> None:
    """Raise `ValueError` unless queries are [B, 2], (entity, relation id), in range."""
    queries = torch.as_tensor(queries)
    if queries.dim() != 2 or queries.shape[1] != 2:
        raise ValueError(f"Expected queries as [B, 2], (entity, relation) (got {list(queries.shape)})")
    check_ids("query entities", queries[:, 0], graph.num_entities)
    check_ids("query relations", queries[:, 1], graph.num_relations)


def check_ids(name: str, ids: Tensor, limit: int) -> None:
    """Raise `ValueError` unless all ids are integers from 0 to limit - 1; the message calls them `name`."""
    if ids.is_floating_point():
        raise ValueError(f"Expected {name} as integers (got {ids.dtype})")
    if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) >= limit):
        raise ValueError(f"Expected {name} in 0..{limit - 1} (got {int(ids.min())}..{int(ids.max())})")
