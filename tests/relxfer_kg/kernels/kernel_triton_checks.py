"""The product in Triton, in its interpreter or on a GPU; `test_kernel_triton.py` runs this file in its own process."""

import os

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.kernels import rspmm
from relxfer_kg.kernels.reference import rspmm_reference

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = "cpu" if INTERPRETED else "cuda"

# A value is rounded once, from float32 to the 8 significant bits of bfloat16: by at most 2^-8 of it. The interpreter
# cuts bits off where a device rounds to the nearest, so that twice as much is lost.
TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 2**-7}


@pytest.fixture
def kernel(monkeypatch):
    from relxfer_kg.kernels import kernel_triton

    assert kernel_triton.INTERPRETED == INTERPRETED
    monkeypatch.setattr(kernel_triton, "PIECE", 8)  # long groups occur in small graphs
    return kernel_triton


def case(dim, shared, dtype, nodes=7, types=3, edges=40, batch=2):
    """A multigraph with an empty group of each grouping, duplicates, self-loops, and one long group."""
    rng = np.random.default_rng(dim)
    columns = [rng.integers(0, limit - 1, edges) for limit in (nodes, nodes, types)]
    for column in columns:
        column[edges // 2 :] = column[: edges // 2]
    columns[0][:12] = columns[1][:12] = 1
    adjacency = Adjacency(*columns, num_nodes=nodes, num_types=types)
    shapes = (1 if shared else batch, types, dim), (batch, nodes, dim), (batch, nodes, dim)
    relation, x, upstream = (torch.from_numpy(rng.standard_normal(shape)).to(DEVICE, dtype) for shape in shapes)
    weight = torch.from_numpy(rng.integers(0, 3, edges) / 2).float().to(DEVICE)
    return adjacency, relation, x, weight, upstream


def outcome(product, relation, x, upstream):
    relation, x = relation.clone().requires_grad_(), x.clone().requires_grad_()
    out = product(relation, x)
    return out.detach(), *torch.autograd.grad(out, (relation, x), upstream)


def compare(adjacency, relation, x, weight, upstream):
    """With the reference in float32, whatever the operands are in."""
    got = outcome(lambda r, v: rspmm(adjacency, r, v, weight, implementation="triton"), relation, x, upstream)
    wide = (operand.float() for operand in (relation, x, upstream))
    expected = outcome(lambda r, v: rspmm_reference(adjacency, r, v, weight), *wide)
    tolerance = TOLERANCE[x.dtype]
    for mine, truth in zip(got, expected, strict=True):
        assert mine.dtype == x.dtype
        torch.testing.assert_close(mine.float(), truth, rtol=tolerance, atol=1e-5)


@pytest.mark.parametrize("dtype", list(TOLERANCE))
@pytest.mark.parametrize(
    ("dim", "shared", "weighted"), [(24, False, True), (48, True, False), (64, True, True), (5, False, False)]
)
def test_forward_and_gradients_equal_the_reference(kernel, dtype, dim, shared, weighted):
    adjacency, relation, x, weight, upstream = case(dim, shared, dtype)
    compare(adjacency, relation, x, weight if weighted else None, upstream)


def test_every_tile_gives_the_same_sums(kernel, monkeypatch):
    for tile in list(kernel.TILES):
        monkeypatch.setattr(kernel, "TILES", [tile])
        kernel._tuned.cache_clear()
        compare(*case(24, True, torch.float32, edges=24))
    kernel._tuned.cache_clear()


def test_edges_of_weight_zero_are_not_read(kernel):
    adjacency, relation, x, weight, _ = case(5, False, torch.float32)
    weight[torch.from_numpy(adjacency.sender) == 0] = 0
    x[:, 0] = torch.nan
    out = rspmm(adjacency, relation, x, weight, implementation="triton")
    assert out.isfinite().all()


@pytest.mark.parametrize("change", [{"edges": 0}, {"batch": 0}])
def test_nothing_to_sum(kernel, change):
    adjacency, relation, x, weight, upstream = case(**{"dim": 3, "shared": False, "dtype": torch.float32} | change)
    compare(adjacency, relation, x, weight, upstream)


def test_operands_need_not_be_contiguous(kernel):
    adjacency, relation, x, _, _ = case(5, False, torch.float32)
    expected = rspmm(adjacency, relation, x, implementation="triton")
    turned = x.transpose(1, 2).contiguous().transpose(1, 2)
    assert torch.equal(rspmm(adjacency, relation, turned, implementation="triton"), expected)


def test_columns_are_sent_once_and_forgotten_with_the_graph(kernel):
    adjacency, relation, x, _, _ = case(5, False, torch.float32)
    before = len(kernel._sent)
    for _ in range(2):
        rspmm(adjacency, relation, x, implementation="triton")
    assert len(kernel._sent) == before + 1
    first = kernel._on_device(adjacency.by_receiver, x.device)
    assert kernel._on_device(adjacency.by_receiver, x.device) is first
    del adjacency
    assert len(kernel._sent) == before


def test_pieces_cover_every_edge_once_and_cross_no_group(kernel):
    indptr = np.array([0, 0, 3, 20, 20, 28, 29])
    begin, end, row, long, first, last = kernel._pieces(indptr)
    assert np.concatenate([np.arange(*pair) for pair in zip(begin, end, strict=True)]).tolist() == list(range(29))
    assert (end - begin).max() == 8
    assert row.tolist() == [0, 1, 6, 7, 8, 3, 4, 5]  # the 17 edges of group 2: rows 0, 1 and 2 of the partial sums
    assert (long.tolist(), first.tolist(), last.tolist()) == ([2], [0], [3])


def test_other_types_are_refused_by_name(kernel):
    adjacency, relation, x, _, _ = case(5, False, torch.float64)
    with pytest.raises(ValueError, match=r"float32 or bfloat16 on a CUDA device .*got torch.float64 on"):
        rspmm(adjacency, relation, x, implementation="triton")
