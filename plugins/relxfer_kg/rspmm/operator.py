"""The relational kernel as one torch operator that picks the fastest implementation present."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, get_args

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from relxfer_kg.adjacency import Adjacency
from relxfer_kg.rspmm.reference import rspmm_reference

Implementation = Literal["auto", "reference", "numba"]


def rspmm(
    adjacency: Adjacency,
    relation: Tensor,
    x: Tensor,
    weight: Tensor | None = None,
    *,
    implementation: Implementation = "auto",
) -> Tensor:
    """Sum the messages relation * x over the typed edges into every node.

    ``out[b, i] = sum over edges e into i of weight[e] * relation[b, type(e)] * x[b, sender(e)]``: the
    DistMult message with sum aggregation of NBFNet (Zhu et al. 2021), never forming a message per edge.
    Differentiable in `relation` and `x`; numba's result does not depend on the number of threads.

    Args:
        adjacency: E edges over V nodes with T types.
        relation: [B, T, d], or [1, T, d] for one table shared by the batch (never copied).
        x: [B, V, d], float32 or float64, of relation's dtype and device.
        weight: [E] in the original order of the edges, not differentiated; edges of weight zero cost nothing.
        implementation: "numba" (CPU), "reference" (torch, any device), or "auto": numba where it can run.

    Returns:
        [B, V, d].

    Raises:
        ValueError: shapes or dtypes do not fit; the implementation is unknown or cannot take these tensors.
        ImportError: "numba" is asked for by name and not installed.

    >>> import numpy as np
    >>> edge = Adjacency(np.array([1]), np.array([0]), np.array([0]), num_nodes=2, num_types=1)
    >>> relation, x = torch.full((1, 1, 1), 3.0), torch.tensor([[[2.0], [5.0]]])
    >>> rspmm(edge, relation, x, implementation="reference").tolist()
    [[[0.0], [6.0]]]
    """
    _check(adjacency, relation, x, weight)
    if _choose(implementation, x) == "reference":
        return rspmm_reference(adjacency, relation, x, weight)
    return _Numba.apply(relation, x, adjacency, None if weight is None else weight.detach())


class _Numba(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, relation: Tensor, x: Tensor, adjacency: Adjacency, weight: Tensor | None) -> Tensor:
        relation, x = relation.contiguous(), x.contiguous()
        ctx.save_for_backward(relation, x)
        ctx.adjacency, ctx.weight = adjacency, _array(weight)
        with threads():
            return torch.from_numpy(_kernel().forward(adjacency, _array(relation), _array(x), ctx.weight))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        relation, x = map(_array, ctx.saved_tensors)
        out, grads = _array(grad.contiguous()), [None, None]
        kernel = _kernel()
        with threads():
            if ctx.needs_input_grad[0]:
                shared = len(relation) < len(x)
                grads[0] = kernel.backward_relation(ctx.adjacency, x, out, ctx.weight, shared)
            if ctx.needs_input_grad[1]:
                grads[1] = kernel.backward_x(ctx.adjacency, relation, out, ctx.weight)
        first, second = (None if g is None else torch.from_numpy(g) for g in grads)
        return first, second, None, None


def _choose(implementation: str, x: Tensor) -> str:
    if implementation not in get_args(Implementation):
        raise ValueError(f"Expected implementation in {get_args(Implementation)} (got {implementation!r})")
    fits = x.device.type == "cpu" and x.dtype in (torch.float32, torch.float64)
    if implementation == "numba" and not fits:
        raise ValueError(
            "Expected float32 or float64 on the CPU for implementation='numba' "
            f"(got {x.dtype} on {x.device}); implementation='auto' takes any tensor"
        )
    if implementation == "auto":
        return "numba" if fits and has_numba() else "reference"
    return implementation


@cache
def has_numba() -> bool:
    try:
        _kernel()
    except ImportError:
        return False
    return True


def _kernel() -> ModuleType:
    """Numba takes seconds to import, so that happens at the first product and not before."""
    return import_module("relxfer_kg.rspmm.kernel_numba")


@contextmanager
def threads() -> Iterator[int]:
    """Numba on as many threads as torch may use, leaving numba's own setting as found; gives their number."""
    kernel = _kernel()
    before = kernel.get_num_threads()
    count = max(1, min(torch.get_num_threads(), kernel.config.NUMBA_NUM_THREADS))
    kernel.set_num_threads(count)
    try:
        yield count
    finally:
        kernel.set_num_threads(before)


def _array(tensor: Tensor | None) -> Any:
    return None if tensor is None else tensor.detach().numpy()


def _check(adjacency: Adjacency, relation: Tensor, x: Tensor, weight: Tensor | None) -> None:
    if x.dim() != 3 or x.shape[1] != adjacency.num_nodes:
        raise ValueError(f"Expected x as [B, {adjacency.num_nodes}, d] (got {list(x.shape)})")
    batch, _, dim = x.shape
    types = adjacency.num_types
    if relation.dim() != 3 or relation.shape[0] not in (1, batch) or relation.shape[1:] != (types, dim):
        raise ValueError(f"Expected relation as [{batch} or 1, {types}, {dim}] (got {list(relation.shape)})")
    if relation.dtype != x.dtype or relation.device != x.device:
        raise ValueError(
            f"Expected relation like x, {x.dtype} on {x.device} (got {relation.dtype} on {relation.device})"
        )
    if weight is not None and weight.shape != (adjacency.num_edges,):
        raise ValueError(f"Expected weight as [{adjacency.num_edges}] (got {list(weight.shape)})")
