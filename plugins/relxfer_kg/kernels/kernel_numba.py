"""The relational product in numba: one loop serves forward and both gradients. Importing it imports numba (seconds)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import core, get_num_threads, njit, prange, set_num_threads

from relxfer_kg.graph.adjacency import Adjacency, Grouped
from relxfer_kg.kernels.lanes import LANES, add, item, load, multiply, splat, store

config: Any = core.config

# The default threading layer, OpenMP, ends a forked process that uses it again; a layer the user has set is kept.
if config.THREADING_LAYER == "default":
    config.THREADING_LAYER = "workqueue"

__all__ = [
    "backward_relation", "backward_x", "compiled", "config", "forward", "get_num_threads", "inlined",
    "set_num_threads", "uncounted",
]  # fmt: skip


def compiled(**options: Any) -> Callable[[Any], Any]:
    """njit, kept on disk; where neither the package nor the user's cache may be written, compiled in every process."""

    def make(function: Any) -> Any:
        try:
            return njit(cache=True, error_model="numpy", **options)(function)
        except RuntimeError:
            return njit(error_model="numpy", **options)(function)

    return make


#: Functions that allocate nothing and whose callers hold their arrays, so that they need not count references: counting
#: them for every row would cost more than the computation.
uncounted = compiled(_nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
#: Short functions that are called for every row: inlined, so that no argument is passed.
inlined = compiled(_nrt=False, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


@compiled()
def _reduce_plain(first, last, indptr, left_index, right_index, left, right, out):
    for row in range(first, last):
        total = out[row]
        total[:] = 0
        p, stop = indptr[row], indptr[row + 1]
        while p + 3 < stop:  # four edges a pass: sums are read and written a quarter as often, in equal order
            l0, r0 = left[left_index[p]], right[right_index[p]]
            l1, r1 = left[left_index[p + 1]], right[right_index[p + 1]]
            l2, r2 = left[left_index[p + 2]], right[right_index[p + 2]]
            l3, r3 = left[left_index[p + 3]], right[right_index[p + 3]]
            for k in range(total.shape[0]):
                total[k] = total[k] + l0[k] * r0[k] + l1[k] * r1[k] + l2[k] * r2[k] + l3[k] * r3[k]
            p += 4
        while p < stop:
            l0, r0 = left[left_index[p]], right[right_index[p]]
            for k in range(total.shape[0]):
                total[k] += l0[k] * r0[k]
            p += 1


@compiled()
def _reduce_weighted(first, last, indptr, left_index, right_index, weight, left, right, out):
    for row in range(first, last):
        total = out[row]
        total[:] = 0
        for p in range(indptr[row], indptr[row + 1]):
            w = weight[p]
            if w != 0:
                l0, r0 = left[left_index[p]], right[right_index[p]]
                for k in range(total.shape[0]):
                    total[k] += w * (l0[k] * r0[k])


@compiled(_nrt=False)
def _reduce_lanes(first, last, indptr, left_index, right_index, weight, left, left_base, right, right_base, out,
                  out_base, width):  # fmt: skip
    """The sums of `_reduce`, in the same order and rounding, for float32 rows of whole vectors, kept in registers."""
    weighted = len(weight) > 0
    for row in range(first, last):
        begin, stop = item(indptr, row), item(indptr, row + 1)
        column = 0
        while column + 4 * LANES <= width:
            a = b = c = d = splat(np.float32(0))
            for p in range(begin, stop):
                w = item(weight, p) if weighted else np.float32(1)
                if w == 0:
                    continue
                i = left_base + item(left_index, p) * width + column
                j = right_base + item(right_index, p) * width + column
                pa = multiply(load(left, i), load(right, j))
                pb = multiply(load(left, i + LANES), load(right, j + LANES))
                pc = multiply(load(left, i + 2 * LANES), load(right, j + 2 * LANES))
                pd = multiply(load(left, i + 3 * LANES), load(right, j + 3 * LANES))
                if weighted:
                    factor = splat(w)
                    pa, pb = multiply(factor, pa), multiply(factor, pb)
                    pc, pd = multiply(factor, pc), multiply(factor, pd)
                a, b, c, d = add(a, pa), add(b, pb), add(c, pc), add(d, pd)
            to = out_base + row * width + column
            store(out, to, a)
            store(out, to + LANES, b)
            store(out, to + 2 * LANES, c)
            store(out, to + 3 * LANES, d)
            column += 4 * LANES
        while column < width:
            a = splat(np.float32(0))
            for p in range(begin, stop):
                w = item(weight, p) if weighted else np.float32(1)
                if w == 0:
                    continue
                i = left_base + item(left_index, p) * width + column
                j = right_base + item(right_index, p) * width + column
                pa = multiply(load(left, i), load(right, j))
                a = add(a, multiply(splat(w), pa) if weighted else pa)
            store(out, out_base + row * width + column, a)
            column += LANES


@compiled(parallel=True)
def _reduce_wide(blocks, indptr, left_index, right_index, weight, left, right, out):
    """`_reduce` for float32 rows of whole vectors."""
    count = blocks.shape[0] - 1
    batch, groups, width = out.shape
    flat_left, flat_right, flat_out = left.reshape(-1), right.reshape(-1), out.reshape(-1)
    for task in prange(batch * count):
        b = np.int64(task) // count
        block = np.int64(task) - b * count
        shared = b if left.shape[0] > 1 else 0
        _reduce_lanes(
            blocks[block], blocks[block + 1], indptr, left_index, right_index, weight, flat_left,
            shared * left.shape[1] * width, flat_right, b * right.shape[1] * width, flat_out, b * groups * width, width,
        )  # fmt: skip


@compiled(parallel=True)
def _reduce(blocks, indptr, left_index, right_index, weight, left, right, out):
    """``out[b, g] = sum of weight[p] * left[b or 0, left_index[p]] * right[b, right_index[p]]`` over p in g.

    A row is summed by one task, in the order of its edges, on any number of threads. An edge of weight 0 adds 0.
    """
    count = blocks.shape[0] - 1
    for task in prange(out.shape[0] * count):
        b = task // count
        block = task - b * count
        shared = left[b if left.shape[0] > 1 else 0]
        if weight.shape[0]:
            _reduce_weighted(
                blocks[block],
                blocks[block + 1],
                indptr,
                left_index,
                right_index,
                weight,
                shared,
                right[b],
                out[b],
            )
        else:
            _reduce_plain(blocks[block], blocks[block + 1], indptr, left_index, right_index, shared, right[b], out[b])


def forward(adjacency: Adjacency, relation: np.ndarray, x: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    """The products themselves: [B, V, d] from relation [B or 1, T, d] and x [B, V, d]."""
    csr = adjacency.by_receiver
    return _run(csr, csr.type, csr.sender, weight, relation, x, adjacency.num_nodes)


def backward_x(adjacency: Adjacency, relation: np.ndarray, grad: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    """Gradient of x: messages sent back along the transposed adjacency, [B, V, d]."""
    csr = adjacency.by_sender
    return _run(csr, csr.type, csr.receiver, weight, relation, grad, adjacency.num_nodes)


def backward_relation(
    adjacency: Adjacency, x: np.ndarray, grad: np.ndarray, weight: np.ndarray | None, shared: bool
) -> np.ndarray:
    """Gradient of relation: sums over the edges of each type, [B, T, d]; [1, T, d] if the batch shares it."""
    csr = adjacency.by_type
    out = _run(csr, csr.sender, csr.receiver, weight, x, grad, adjacency.num_types)
    return out.sum(0, keepdims=True) if shared else out


def _run(
    csr: Grouped,
    left_index: np.ndarray,
    right_index: np.ndarray,
    weight: np.ndarray | None,
    left: np.ndarray,
    right: np.ndarray,
    groups: int,
) -> np.ndarray:
    dtype = right.dtype
    out = np.empty((len(right), groups, right.shape[2]), dtype=dtype)
    factor = np.empty(0, dtype=dtype) if weight is None else weight[csr.edge].astype(dtype, copy=False)
    wide = dtype == np.float32 and left.dtype == dtype and out.shape[2] % LANES == 0
    reduce = _reduce_wide if wide else _reduce
    reduce(csr.blocks, csr.indptr, left_index, right_index, factor, left, right, out)
    return out
