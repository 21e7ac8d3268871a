"""The product in numba, by name: widths that fill vectors and widths that do not, against the reference."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.kernels.reference import rspmm_reference

pytest.importorskip("numba")
from relxfer_kg.kernels import kernel_numba

pytestmark = pytest.mark.processor


def case(dim, shared, dtype):
    """Groups of no, one and many edges, duplicates among them."""
    rng = np.random.default_rng(dim)
    receiver = np.repeat(np.arange(9), [0, 1, 2, 3, 4, 5, 60, 0, 7])
    edges = len(receiver)
    adjacency = Adjacency(receiver, rng.integers(0, 9, edges), rng.integers(0, 3, edges), num_nodes=9, num_types=4)
    relation = rng.standard_normal((1 if shared else 2, 4, dim)).astype(dtype)
    x, upstream = rng.standard_normal((2, 2, 9, dim)).astype(dtype)
    return adjacency, relation, x, upstream, rng.integers(0, 3, edges) / 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("dim", [1, 16, 17, 64, 80])  # 16 and 80: whole vectors; 64: four of them at a time
@pytest.mark.parametrize(("shared", "weighted"), [(False, False), (True, True)])
def test_products_are_those_of_the_reference(dim, shared, weighted, dtype):
    adjacency, relation, x, upstream, weight = case(dim, shared, dtype)
    weight = weight.astype(dtype) if weighted else None
    operands = [torch.from_numpy(operand).double().requires_grad_() for operand in (relation, x)]
    expected = rspmm_reference(adjacency, *operands, None if weight is None else torch.from_numpy(weight).double())
    gradients = torch.autograd.grad(expected, operands, torch.from_numpy(upstream).double())
    made = (
        kernel_numba.forward(adjacency, relation, x, weight),
        kernel_numba.backward_relation(adjacency, x, upstream, weight, shared),
        kernel_numba.backward_x(adjacency, relation, upstream, weight),
    )
    for mine, truth in zip(made, (expected.detach(), *gradients), strict=True):
        assert mine.dtype == dtype
        assert mine.shape == truth.shape
        tolerance = 1e-4 if dtype == np.float32 else 1e-12
        np.testing.assert_allclose(mine, truth.numpy(), rtol=tolerance, atol=tolerance)


def test_a_threading_layer_that_survives_a_fork_is_chosen():
    assert kernel_numba.config.THREADING_LAYER != "default"


def test_where_nothing_can_be_cached_it_is_compiled_all_the_same(monkeypatch):
    def njit(cache=False, **options):
        def make(function):
            if cache:
                raise RuntimeError("cannot cache function: no locator available")
            return function

        return make

    monkeypatch.setattr(kernel_numba, "njit", njit)
    assert kernel_numba.compiled(parallel=True)(abs) is abs
