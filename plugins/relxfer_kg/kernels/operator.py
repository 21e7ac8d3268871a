"""The relational product as one torch operator that chooses the fastest implementation available."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, get_args

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.kernels.reference import rspmm_reference

Implementation = Literal["auto", "reference", "numba", "triton"]
Call = Callable[..., Tensor]


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
    Differentiable in `relation` and `x`; bfloat16 is summed in float32 and rounded once.

    Args:
        adjacency: E edges over V nodes with T types.
        relation: [B, T, d], or [1, T, d] for one table shared by the batch (never copied).
        x: [B, V, d], float32, float64 or bfloat16, of relation's dtype and device.
        weight: [E] in the original order of the edges, not differentiated; edges of weight zero cost nothing.
        implementation: "numba" (CPU), "triton" (CUDA; float32 and bfloat16), "reference" (torch, any device), or
            "auto": the kernel for the device where it can run, else the reference.

    Returns:
        [B, V, d].

    Raises:
        ValueError: shapes or dtypes do not fit; the implementation is unknown or cannot take these tensors.
        ImportError: "numba" or "triton" is asked for by name and not installed.

    >>> import numpy as np
    >>> edge = Adjacency(np.array([1]), np.array([0]), np.array([0]), num_nodes=2, num_types=1)
    >>> relation, x = torch.full((1, 1, 1), 3.0), torch.tensor([[[2.0], [5.0]]])
    >>> rspmm(edge, relation, x, implementation="reference").tolist()
    [[[0.0], [6.0]]]
    """
    _check(adjacency, relation, x, weight)
    chosen = _choose(implementation, x)
    weight = None if weight is None else weight.detach()
    if chosen == "triton":
        return _Product.apply(relation, x, adjacency, weight, _by_triton)
    if x.dtype == torch.bfloat16:  # summed in float32, as Triton's kernel does
        return rspmm(adjacency, relation.float(), x.float(), weight, implementation=chosen).to(x.dtype)
    if chosen == "reference":
        return rspmm_reference(adjacency, relation, x, weight)
    return _Product.apply(relation, x, adjacency, weight, _by_numba)


class _Product(torch.autograd.Function):
    """The forward and backward products of a compiled kernel: `call` runs one of them by name."""

    @staticmethod
    def forward(
        ctx: Any, relation: Tensor, x: Tensor, adjacency: Adjacency, weight: Tensor | None, call: Call
    ) -> Tensor:
        relation, x = relation.contiguous(), x.contiguous()
        ctx.save_for_backward(relation, x)
        ctx.adjacency, ctx.weight, ctx.call = adjacency, weight, call
        return call("forward", adjacency, relation, x, weight)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None, None, None]:
        relation, x = ctx.saved_tensors
        grad, shared, first, second = grad.contiguous(), len(relation) < len(x), None, None
        if ctx.needs_input_grad[0]:
            first = ctx.call("backward_relation", ctx.adjacency, x, grad, ctx.weight, shared)
        if ctx.needs_input_grad[1]:
            second = ctx.call("backward_x", ctx.adjacency, relation, grad, ctx.weight)
        return first, second, None, None, None


def _by_numba(name: str, adjacency: Adjacency, *operands: Any) -> Tensor:
    arrays = [operand.detach().numpy() if isinstance(operand, Tensor) else operand for operand in operands]
    with threads():
        return torch.from_numpy(getattr(_kernel(), name)(adjacency, *arrays))


def _by_triton(name: str, adjacency: Adjacency, *operands: Any) -> Tensor:
    return getattr(_triton_kernel(), name)(adjacency, *operands)


def _choose(implementation: Implementation, x: Tensor) -> Implementation:
    if implementation not in get_args(Implementation):
        raise ValueError(f"Expected implementation in {get_args(Implementation)} (got {implementation!r})")
    if implementation == "reference":
        return implementation
    numba = x.device.type == "cpu" and x.dtype in (torch.float32, torch.float64, torch.bfloat16)
    triton = x.device.type == "cuda" and x.dtype in (torch.float32, torch.bfloat16)
    if implementation == "auto":
        if numba and has_numba():
            return "numba"
        return "triton" if triton and _supported(x.device) and has_triton() else "reference"
    if implementation == "numba" and not numba:
        raise ValueError(
            "Expected float32, float64 or bfloat16 on the CPU for implementation='numba' "
            f"(got {x.dtype} on {x.device}); implementation='auto' takes any tensor"
        )
    if implementation == "triton" and not (triton or _interpreted(x)):
        raise ValueError(
            "Expected float32 or bfloat16 on a CUDA device for implementation='triton' "
            f"(got {x.dtype} on {x.device}); implementation='auto' takes any tensor"
        )
    return implementation


def _supported(device: torch.device) -> bool:
    """Whether Triton compiles for this device: from compute capability 8.0, and for AMD's."""
    return torch.version.hip is not None or torch.cuda.get_device_capability(device) >= (8, 0)


def layer_kernels(x: Tensor) -> ModuleType | None:
    """`relxfer_kg.kernels.kernel_triton_layer` where it can take these states and no gradient is asked for."""
    if torch.is_grad_enabled() or _choose("auto", x) != "triton":
        return None
    kernels = import_module("relxfer_kg.kernels.kernel_triton_layer")
    return kernels if x.shape[-1] <= kernels.WIDEST else None


def _interpreted(x: Tensor) -> bool:
    return x.dtype in (torch.float32, torch.bfloat16) and has_triton() and _triton_kernel().INTERPRETED


@cache
def has_numba() -> bool:
    try:
        _kernel()
    except ImportError:
        return False
    return True


@cache
def has_triton() -> bool:
    try:
        _triton_kernel()
    except ImportError:
        return False
    return True


def _triton_kernel() -> ModuleType:
    """The kernel in Triton, which CUDA builds of torch bring along and others lack."""
    return import_module("relxfer_kg.kernels.kernel_triton")


def _kernel() -> ModuleType:
    """The kernel in numba, imported at the first product, since that takes seconds."""
    return import_module("relxfer_kg.kernels.kernel_numba")


@contextmanager
def threads() -> Iterator[int]:
    """Numba on as many threads as torch may use, for the duration of the block; gives their number."""
    kernel = _kernel()
    before = kernel.get_num_threads()
    count = max(1, min(torch.get_num_threads(), kernel.config.NUMBA_NUM_THREADS))
    kernel.set_num_threads(count)
    try:
        yield count
    finally:
        kernel.set_num_threads(before)


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
