"""The kernel in Triton: one program serves forward and both gradients. Importing this imports triton (a second)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.testing import do_bench

from relxfer_kg.graph.adjacency import Adjacency, Grouped

__all__ = ["INTERPRETED", "backward_relation", "backward_x", "forward", "tuned"]

#: Most edges that one program sums: a group with more is cut, so that a few long groups still fill the device.
PIECE = 256


def _tile(batch: int, width: int, edges: int, warps: int) -> triton.Config:
    return triton.Config({"BLOCK_B": batch, "BLOCK_D": width, "EDGES": edges}, num_warps=warps)


#: Every tile sums values in the order of the edges, so that the choice changes the time and no bit of the result.
TILES = [_tile(4, 64, 4, 1), _tile(4, 64, 8, 2), _tile(2, 64, 8, 1), _tile(1, 64, 8, 1), _tile(1, 32, 8, 1)]
#: Programs that keep a large device busy, several to each of its processors.
_MANY = 4096


def _fitting(tiles, arguments, **_):
    """The tiles that are not larger than the batch and the width need."""
    rows, width = (triton.next_power_of_2(arguments[name]) for name in ("batch", "dim"))
    return [tile for tile in tiles if tile.kwargs["BLOCK_B"] <= rows and tile.kwargs["BLOCK_D"] <= max(32, width)]


@triton.jit(do_not_specialize=["batch", "rows", "many"])
def _sums(
    begin, end, row, left_index, right_index, weight, left, right, out, partials,
    batch, dim, groups, left_step, right_step, out_step, partials_step, rows, many,
    WEIGHTED: tl.constexpr, PRODUCTS: tl.constexpr, BLOCK_B: tl.constexpr, BLOCK_D: tl.constexpr, EDGES: tl.constexpr,
):  # fmt: skip
    """``sum of weight[p] * left[b, left_index[p]] * right[b, right_index[p]]`` over p in begin:end of one piece.

    Without PRODUCTS ``sum of right[b, p]``. The sum goes to `out`, or, from row `groups` on, to `partials`. Steps are
    from one b to the next: 0 for an operand that the batch shares. `rows` and `many` are read by autotuning only,
    which tunes once per value.
    """
    piece = tl.program_id(0)
    b = tl.program_id(1) * BLOCK_B + tl.arange(0, BLOCK_B)
    d = tl.program_id(2) * BLOCK_D + tl.arange(0, BLOCK_D)
    tile = (b < batch)[:, None] & (d < dim)[None, :]
    b = b.to(tl.int64)[:, None]
    left += b * left_step + d[None, :]
    right += b * right_step + d[None, :]
    first, stop = tl.load(begin + piece), tl.load(end + piece)
    total = tl.zeros([BLOCK_B, BLOCK_D], tl.float32)
    for start in range(first, stop, EDGES):
        for k in tl.static_range(EDGES):
            p = start + k
            used = p < stop
            if PRODUCTS:
                r = tl.load(right_index + p, mask=used, other=0)
                s = tl.load(left_index + p, mask=used, other=0)
                if WEIGHTED:
                    w = tl.load(weight + p, mask=used, other=0)
                    used = used & (w != 0)
                values = tl.load(right + r.to(tl.int64) * dim, mask=tile & used, other=0).to(tl.float32)
                values *= tl.load(left + s.to(tl.int64) * dim, mask=tile & used, other=0).to(tl.float32)
                if WEIGHTED:
                    values *= w
                total += values
            else:
                total += tl.load(right + p.to(tl.int64) * dim, mask=tile & used, other=0)
    to = tl.load(row + piece).to(tl.int64)
    if to < groups:
        tl.store(out + b * out_step + to * dim + d[None, :], total.to(out.dtype.element_ty), mask=tile)
    else:
        tl.store(partials + b * partials_step + (to - groups) * dim + d[None, :], total, mask=tile)


#: Whether the environment variable TRITON_INTERPRET=1 has kernels run by Triton's interpreter, on the CPU.
INTERPRETED = not isinstance(_sums, triton.JITFunction)


def tuned(kernel: triton.JITFunction, tiles: list[triton.Config], key: list[str], **more: Any) -> Any:
    """The kernel, autotuned: its first call for a key times the tiles, later ones use the fastest.

    Timing is kept short because graphs to train on differ in size, and each size may be a new key. Autotuning asks for
    the device when it is set up, so this is called at the first product, not at import.
    """
    return triton.autotune(tiles, key=key, do_bench=partial(do_bench, warmup=5, rep=20), **more)(kernel)


@cache
def _tuned() -> Any:
    return tuned(_sums, TILES, ["dim", "rows", "many", "WEIGHTED"], prune_configs_by={"early_config_prune": _fitting})


def forward(adjacency: Adjacency, relation: Tensor, x: Tensor, weight: Tensor | None) -> Tensor:
    """The products themselves: [B, V, d] from relation [B or 1, T, d] and x [B, V, d], float32 or bfloat16."""
    csr = _on_device(adjacency.by_receiver, x.device)
    return _run(csr, csr.type, csr.sender, weight, relation, x, x.dtype)


def backward_x(adjacency: Adjacency, relation: Tensor, grad: Tensor, weight: Tensor | None) -> Tensor:
    """Gradient of x: messages sent back along the transposed adjacency, [B, V, d]."""
    csr = _on_device(adjacency.by_sender, grad.device)
    return _run(csr, csr.type, csr.receiver, weight, relation, grad, grad.dtype)


def backward_relation(adjacency: Adjacency, x: Tensor, grad: Tensor, weight: Tensor | None, shared: bool) -> Tensor:
    """Gradient of relation: sums over the edges of each type, [B, T, d]; [1, T, d] if the batch shares it."""
    csr = _on_device(adjacency.by_type, grad.device)
    if not shared:
        return _run(csr, csr.sender, csr.receiver, weight, x, grad, grad.dtype)
    out = _run(csr, csr.sender, csr.receiver, weight, x, grad, torch.float32)
    return out.sum(0, keepdim=True).to(grad.dtype)


@dataclass(frozen=True, eq=False)
class _Columns:
    """A grouping on a device, cut into pieces of at most PIECE edges, none of which crosses a group.

    Attributes:
        groups, partials: numbers of groups and of partial sums.
        receiver, sender, type, edge: int32 [E], as in `Grouped`.
        begin, end: int32 [P], the edges of each piece; a group without edges is one empty piece.
        row: int32 [P], where the sum of a piece belongs: its group, or the number of groups plus a row of partial sums.
        long: int32 [L], the groups in several pieces, whose partial sums are the rows ``first[i]:last[i]``.
    """

    groups: int
    partials: int
    receiver: Tensor
    sender: Tensor
    type: Tensor
    edge: Tensor
    begin: Tensor
    end: Tensor
    row: Tensor
    long: Tensor
    first: Tensor
    last: Tensor


#: Columns that were copied to a device, kept as long as the grouping they are of.
_sent: WeakKeyDictionary[Grouped, dict[torch.device, _Columns]] = WeakKeyDictionary()


def _on_device(csr: Grouped, device: torch.device) -> _Columns:
    sent = _sent.setdefault(csr, {})
    if device not in sent:
        columns = (csr.receiver, csr.sender, csr.type, csr.edge, *_pieces(csr.indptr))
        tensors = [torch.from_numpy(column.astype(np.int32, copy=False)).to(device) for column in columns]
        begin, long = tensors[4], tensors[7]
        groups = len(csr.indptr) - 1
        sent[device] = _Columns(groups, len(begin) - groups + len(long), *tensors)
    return sent[device]


def _pieces(indptr: np.ndarray) -> tuple[np.ndarray, ...]:
    """The columns begin, end, row, long, first and last of `_Columns`."""
    groups = len(indptr) - 1
    number = np.maximum(1, -(-np.diff(indptr) // PIECE))
    group = np.repeat(np.arange(groups), number)
    within = np.arange(len(group)) - np.repeat(np.cumsum(number) - number, number)
    begin = indptr[group] + within * PIECE
    end = np.minimum(begin + PIECE, indptr[group + 1])
    cut = number[group] > 1
    row = np.where(cut, groups + np.cumsum(cut) - 1, group)
    long = np.flatnonzero(number > 1)
    last = np.cumsum(number[long])
    return begin, end, row, long, last - number[long], last


def _run(
    csr: _Columns,
    left_index: Tensor,
    right_index: Tensor,
    weight: Tensor | None,
    left: Tensor,
    right: Tensor,
    dtype: torch.dtype,
) -> Tensor:
    """``out[b, g] = sum of weight[p] * left[b or 0, left_index[p]] * right[b, right_index[p]]`` over p in g.

    Two passes: pieces, then the partial sums of the long groups. One program sums each value, in float32 and in the
    order of the edges, so that the result is the same every time.
    """
    batch, _, dim = right.shape
    out = torch.empty(batch, csr.groups, dim, dtype=dtype, device=right.device)
    partials = torch.empty(batch, csr.partials, dim, dtype=torch.float32, device=right.device)
    if out.numel() == 0:
        return out
    factor = None if weight is None else weight.float().index_select(0, csr.edge)
    _launch(csr.begin, csr.end, csr.row, out, partials, right, (left_index, right_index, factor, left))
    if csr.partials:
        _launch(csr.first, csr.last, csr.long, out, partials, partials, None)
    return out


def _launch(
    begin: Tensor,
    end: Tensor,
    row: Tensor,
    out: Tensor,
    partials: Tensor,
    right: Tensor,
    products: tuple[Tensor, Tensor, Tensor | None, Tensor] | None,
) -> None:
    batch, groups, dim = out.shape
    left_index, right_index, weight, left = products or (begin, begin, None, right)

    def grid(meta):
        return len(begin), triton.cdiv(batch, meta["BLOCK_B"]), triton.cdiv(dim, meta["BLOCK_D"])

    # There are few partial sums of long groups: tuning would cost more than it saves.
    plain = INTERPRETED or products is None
    sums, tile = (_sums, TILES[0].kwargs) if plain else (_tuned(), {})
    many = int(len(begin) * triton.cdiv(batch, TILES[0].kwargs["BLOCK_B"]) >= _MANY)
    with torch.cuda.device_of(out):
        sums[grid](
            begin, end, row, left_index, right_index, left if weight is None else weight, left, right, out, partials,
            batch, dim, groups, _step(left) if len(left) > 1 else 0, _step(right), _step(out), _step(partials),
            min(batch.bit_length(), 3), many,
            WEIGHTED=weight is not None, PRODUCTS=products is not None, **tile,
        )  # fmt: skip


def _step(table: Tensor) -> int:
    return table.shape[1] * table.shape[2]
