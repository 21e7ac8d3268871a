"""The update of states that follows the sum of messages, and the scoring head, each one kernel in Triton; no gradients.

Importing this imports triton (a second).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor, nn

from relxfer_kg.kernels.kernel_triton import INTERPRETED, tuned

__all__ = ["WIDEST", "scored", "updated"]

#: Widest states whose weights fit a processor's shared memory.
WIDEST = 64
#: Rows that one program computes, and its warps.
TILES = [triton.Config({"ROWS": rows}, num_warps=warps) for rows, warps in ((64, 4), (64, 8), (128, 8))]


def _precision(dtype: torch.dtype) -> str:
    """The precision of a product: float32 takes three passes of the matrix units, so that no bit is lost that a sum in
    float32 would keep; one pass is exact for the 8 significant bits of bfloat16."""
    if torch.version.hip is not None:
        return "ieee"
    return "tf32" if dtype == torch.bfloat16 else "tf32x3"


@triton.jit(do_not_specialize=["rows", "many"])
def _update(
    x, u, out, weight, bias, scale, shift, rows, dim, epsilon, many,
    ROWS: tl.constexpr, WIDTH: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """``out = x + relu(layer_norm(weight [x, u] + bias))``, row by row; `out` may be `u`.

    `many`, here and below, is read by autotuning only, which tunes once per value.
    """
    r = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    k = tl.arange(0, WIDTH)
    column = k < dim
    inside = (r < rows)[:, None] & column[None, :]
    at = r[:, None] * dim + k[None, :]
    turned = k[None, :] * (2 * dim) + k[:, None]  # [in, out] of weight, [out, in]
    square = column[:, None] & column[None, :]
    own = tl.load(x + at, mask=inside, other=0).to(tl.float32)
    received = tl.load(u + at, mask=inside, other=0).to(tl.float32)
    first = tl.load(weight + turned, mask=square, other=0).to(tl.float32)
    second = tl.load(weight + dim + turned, mask=square, other=0).to(tl.float32)
    y = tl.dot(own, first, input_precision=PRECISION)
    y = tl.dot(received, second, acc=y, input_precision=PRECISION)
    y += tl.load(bias + k, mask=column, other=0).to(tl.float32)[None, :]
    y = tl.where(column[None, :], y - (tl.sum(y, 1) / dim)[:, None], 0)
    y /= tl.sqrt(tl.sum(y * y, 1) / dim + epsilon)[:, None]
    y *= tl.load(scale + k, mask=column, other=0).to(tl.float32)[None, :]
    y += tl.load(shift + k, mask=column, other=0).to(tl.float32)[None, :]
    y = tl.maximum(y, 0) + own
    tl.store(out + at, y.to(out.dtype.element_ty), mask=inside)


@triton.jit(do_not_specialize=["nodes", "many"])
def _score(
    states, query, first, last, bias, out, nodes, dim, hidden, many,
    ROWS: tl.constexpr, WIDTH: tl.constexpr, HIDDEN: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """``out[b, v] = last . relu(first[:, :dim] states[b, v] + query[b]) + bias``."""
    b = tl.program_id(1).to(tl.int64)
    v = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    k, h = tl.arange(0, WIDTH), tl.arange(0, HIDDEN)
    inside = (v < nodes)[:, None] & (k < dim)[None, :]
    turned = h[None, :] * (2 * dim) + k[:, None]
    there = (k < dim)[:, None] & (h < hidden)[None, :]
    x = tl.load(states + b * nodes * dim + v[:, None] * dim + k[None, :], mask=inside, other=0).to(tl.float32)
    y = tl.dot(x, tl.load(first + turned, mask=there, other=0), input_precision=PRECISION)
    y = tl.maximum(y + tl.load(query + b * hidden + h, mask=h < hidden, other=0)[None, :], 0)
    y = tl.sum(y * tl.load(last + h, mask=h < hidden, other=0)[None, :], 1) + tl.load(bias)
    tl.store(out + b * nodes + v, y, mask=v < nodes)


@cache
def _tuned(kernel: triton.JITFunction) -> Any:
    return tuned(kernel, TILES, ["WIDTH", "many"], restore_value=["out"])  # `out` may be `u`, and is computed again


def updated(x: Tensor, u: Tensor, linear: nn.Linear, norm: nn.LayerNorm) -> Tensor:
    """``x + relu(norm(linear [x, u]))`` for x and u [B, V, d], in the memory of u; float32, or bfloat16."""
    x, dim = x.contiguous(), x.shape[-1]
    rows = x.numel() // dim
    _launch(
        _update, lambda meta: (triton.cdiv(rows, meta["ROWS"]),),
        x, u, u, linear.weight, linear.bias, norm.weight, norm.bias, rows, dim, norm.eps, _many(rows),
        WIDTH=_padded(dim), PRECISION=_precision(x.dtype),
    )  # fmt: skip
    return u


def scored(states: Tensor, query: Tensor, first: nn.Linear, last: nn.Linear) -> Tensor:
    """[B, V] of states [B, V, d] and query [B, h], the query's half of the first layer with its bias."""
    batch, nodes, dim = states.shape
    out = query.new_empty(batch, nodes)
    _launch(
        _score, lambda meta: (triton.cdiv(nodes, meta["ROWS"]), batch),
        states, query, first.weight, last.weight, last.bias, out, nodes, dim, query.shape[1], _many(out.numel()),
        WIDTH=_padded(dim), HIDDEN=_padded(query.shape[1]), PRECISION=_precision(query.dtype),
    )  # fmt: skip
    return out


def _many(rows: int) -> int:
    """1 if so many rows keep a large device busy, else 0."""
    return int(rows >= 2**17)


def _padded(width: int) -> int:
    """The width of a tile: matrix units need at least 16."""
    return max(16, triton.next_power_of_2(width))


def _launch(kernel, grid, first: Tensor, *operands, **constants: int | str) -> None:
    if first.numel() == 0:
        return
    tile = TILES[0].kwargs if INTERPRETED else {}
    with torch.cuda.device_of(first):
        (kernel if INTERPRETED else _tuned(kernel))[grid](first, *operands, **constants, **tile)
