"""The reference is the equation, whatever its chunks; the compiled kernels are tested against it in `test_operator`."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.kernels import reference
from relxfer_kg.kernels.reference import rspmm_reference

pytestmark = pytest.mark.processor


def case(edges=40, shared=False):
    rng = np.random.default_rng(0)
    columns = [rng.integers(0, limit, edges) for limit in (6, 6, 3)]
    adjacency = Adjacency(*columns, num_nodes=7, num_types=3)
    relation = torch.from_numpy(rng.standard_normal((1 if shared else 2, 3, 5))).requires_grad_()
    x = torch.from_numpy(rng.standard_normal((2, 7, 5))).requires_grad_()
    return adjacency, relation, x, torch.from_numpy(rng.integers(0, 3, edges) / 2)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("elements", [1, 64, 1 << 21])
def test_the_equation_with_dense_matrices(shared, weighted, elements, monkeypatch):
    """``out = sum over types t of A_t (relation_t * x)``, A_t the matrix of summed weights, and its gradients."""
    monkeypatch.setattr(reference, "CHUNK_ELEMENTS", elements)
    adjacency, relation, x, weight = case(shared=shared)
    weight = weight if weighted else None
    dense = torch.zeros(3, 7, 7, dtype=torch.float64)
    factor = torch.ones(40, dtype=torch.float64) if weight is None else weight
    for e in range(40):
        dense[adjacency.type[e], adjacency.receiver[e], adjacency.sender[e]] += factor[e]
    expected = torch.einsum("tij,btd,bjd->bid", dense, relation.expand(2, -1, -1), x)
    out = rspmm_reference(adjacency, relation, x, weight)
    upstream = torch.linspace(-1, 1, out.numel(), dtype=torch.float64).view_as(out)
    torch.testing.assert_close(out, expected)
    for mine, truth in zip(
        torch.autograd.grad(out, (relation, x), upstream), torch.autograd.grad(expected, (relation, x), upstream),
        strict=True,
    ):  # fmt: skip
        torch.testing.assert_close(mine, truth)


def test_without_edges_there_are_zeros_and_gradients():
    adjacency, relation, x, _ = case(edges=0)
    out = rspmm_reference(adjacency, relation, x)
    assert not out.any()
    out.sum().backward()
    assert not relation.grad.any()
    assert not x.grad.any()


def test_messages_are_not_kept_for_the_backward_pass(monkeypatch):
    """They are recomputed chunk by chunk: what autograd saves does not grow with the edges."""
    monkeypatch.setattr(reference, "CHUNK_ELEMENTS", 64)

    def saved(edges):
        adjacency, relation, x, _ = case(edges)
        kept = {}
        with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.setdefault(t.data_ptr(), t), lambda t: t):
            rspmm_reference(adjacency, relation, x)
        return sum(t.numel() * t.element_size() for t in kept.values() if t.is_floating_point())

    assert saved(4000) < 2 * saved(40)
