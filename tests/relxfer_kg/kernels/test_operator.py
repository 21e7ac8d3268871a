import multiprocessing
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.kernels import operator, reference, rspmm

pytestmark = pytest.mark.processor

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="needs numba")
IMPLEMENTATIONS = ["reference", pytest.param("numba", marks=needs_numba)]


def case(nodes=9, types=3, edges=40, batch=2, dim=5, shared=False, seed=0, dtype=torch.float64):
    """Random multigraph with an empty row, duplicates and self-loops, and operands that need gradients."""
    rng = np.random.default_rng(seed)
    columns = [rng.integers(0, limit, edges) for limit in (max(1, nodes - 1), max(1, nodes - 1), types)]
    for column in columns:
        column[edges // 2 :] = column[: edges - edges // 2]  # every edge twice
    columns[0][: edges // 4] = columns[1][: edges // 4]
    adjacency = Adjacency(*columns, num_nodes=nodes, num_types=types)
    relation = torch.from_numpy(rng.standard_normal((1 if shared else batch, types, dim))).to(dtype)
    x = torch.from_numpy(rng.standard_normal((batch, nodes, dim))).to(dtype)
    weight = torch.from_numpy(rng.integers(0, 3, edges) / 2).to(dtype)
    return adjacency, relation.requires_grad_(), x.requires_grad_(), weight


def by_definition(adjacency, relation, x, weight):
    """The equation, one edge at a time."""
    weight = [1.0] * adjacency.num_edges if weight is None else weight
    nothing = 0 * (x[:, 0] + relation[:, 0])  # gradients exist even without edges
    rows = [nothing] * adjacency.num_nodes
    for e, (i, j, t) in enumerate(zip(adjacency.receiver, adjacency.sender, adjacency.type, strict=True)):
        rows[i] = rows[i] + weight[e] * relation[:, t] * x[:, j]
    return torch.stack(rows, 1)


def outcome(function, relation, x):
    """The result and both gradients under one fixed upstream gradient."""
    out = function(relation, x)
    upstream = torch.linspace(-1, 1, out.numel(), dtype=out.dtype).view_as(out)
    return out, *torch.autograd.grad(out, (relation, x), upstream)


cases = st.fixed_dictionaries(
    {
        "nodes": st.integers(1, 9),
        "types": st.integers(1, 4),
        "edges": st.integers(0, 40),
        "batch": st.integers(1, 3),
        "dim": st.sampled_from([1, 3, 16, 17]),
        "shared": st.booleans(),
        "seed": st.integers(0, 999),
    }
)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 2e-5)])
@settings(max_examples=40)
@given(options=cases, weighted=st.booleans())
def test_forward_and_gradients_follow_the_equation(implementation, dtype, tolerance, options, weighted):
    adjacency, relation, x, weight = case(**options, dtype=dtype)
    weight = weight if weighted else None
    expected = outcome(lambda r, v: by_definition(adjacency, r, v, weight), relation, x)
    got = outcome(lambda r, v: rspmm(adjacency, r, v, weight, implementation=implementation), relation, x)
    for mine, theirs in zip(got, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_gradcheck(implementation, shared, weighted, monkeypatch):
    monkeypatch.setattr(reference, "CHUNK_ELEMENTS", 64)  # several chunks
    adjacency, relation, x, weight = case(nodes=5, edges=18, dim=3, shared=shared)
    assert torch.autograd.gradcheck(
        lambda r, v: rspmm(adjacency, r, v, weight if weighted else None, implementation=implementation),
        (relation, x),
    )


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_zero_weight_equals_an_absent_edge(implementation):
    adjacency, relation, x, weight = case(dtype=torch.float32, dim=17)
    kept = (weight > 0).numpy()
    thin = Adjacency(
        adjacency.receiver[kept],
        adjacency.sender[kept],
        adjacency.type[kept],
        num_nodes=adjacency.num_nodes,
        num_types=adjacency.num_types,
    )
    mask = torch.from_numpy(kept).float()
    got = outcome(lambda r, v: rspmm(adjacency, r, v, mask, implementation=implementation), relation, x)
    expected = outcome(lambda r, v: rspmm(thin, r, v, implementation=implementation), relation, x)
    for mine, theirs in zip(got, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-6)


@needs_numba
@pytest.mark.parametrize("weighted", [False, True])
def test_numba_does_not_depend_on_the_number_of_threads(weighted):
    adjacency, relation, x, weight = case(nodes=200, types=7, edges=3000, batch=3, dim=64, dtype=torch.float32)
    weight, before, results = weight if weighted else None, torch.get_num_threads(), []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            results.append(outcome(lambda r, v: rspmm(adjacency, r, v, weight, implementation="numba"), relation, x))
    finally:
        torch.set_num_threads(before)
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            torch.testing.assert_close(one, two)


def test_reference_does_not_depend_on_chunks(monkeypatch):
    adjacency, relation, x, weight = case()
    whole = outcome(lambda r, v: rspmm(adjacency, r, v, weight, implementation="reference"), relation, x)
    monkeypatch.setattr(reference, "CHUNK_ELEMENTS", 1)
    single = outcome(lambda r, v: rspmm(adjacency, r, v, weight, implementation="reference"), relation, x)
    for mine, theirs in zip(single, whole, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_operands_need_not_be_contiguous(implementation):
    adjacency, relation, x, weight = case(dim=5)
    expected = rspmm(adjacency, relation, x, weight, implementation=implementation)
    turned = x.detach().transpose(1, 2).contiguous().transpose(1, 2)
    assert not turned.is_contiguous()
    found = rspmm(adjacency, relation, turned, weight, implementation=implementation)
    torch.testing.assert_close(found, expected)


def test_auto_is_the_reference_without_numba(monkeypatch):
    def no_numba():
        raise ImportError("no numba here")

    monkeypatch.setattr(operator, "_kernel", no_numba)
    operator.has_numba.cache_clear()
    try:
        adjacency, relation, x, weight = case()
        expected = rspmm(adjacency, relation, x, weight, implementation="reference")
        assert torch.equal(rspmm(adjacency, relation, x, weight), expected)
        with pytest.raises(ImportError, match="no numba here"):
            rspmm(adjacency, relation, x, weight, implementation="numba")
    finally:
        operator.has_numba.cache_clear()


def test_numba_is_imported_by_the_first_product_only():
    code = "import sys, relxfer_kg.ultra.network; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": torch.zeros(2, 8, 5)}, r"x as \[B, 9, d\]"),
        ({"relation": torch.zeros(3, 3, 5)}, r"relation as \[2 or 1, 3, 5\] \(got \[3, 3, 5\]\)"),
        ({"relation": torch.zeros(2, 3, 4)}, r"relation as \[2 or 1, 3, 5\]"),
        ({"relation": torch.zeros(2, 3, 5, dtype=torch.float64)}, r"relation like x, torch.float32 on cpu"),
        ({"weight": torch.zeros(7)}, r"weight as \[40\] \(got \[7\]\)"),
        ({"implementation": "fast"}, r"implementation in .*'numba'.* \(got 'fast'\)"),
        (
            {
                "implementation": "numba",
                "x": torch.zeros(2, 9, 5).half(),
                "relation": torch.zeros(2, 3, 5).half(),
            },
            "float32, float64 or bfloat16 on the CPU",
        ),
    ],
)
def test_misfits_are_refused(change, message):
    adjacency, relation, x, weight = case(dtype=torch.float32)
    arguments = {"relation": relation, "x": x, "weight": weight, "implementation": "auto"} | change
    with pytest.raises(ValueError, match=message):
        rspmm(adjacency, **arguments)


def _product_in_child(queue):
    adjacency, relation, x, weight = case()
    queue.put(rspmm(adjacency, relation, x, weight, implementation="numba").sum().item())


@needs_numba
@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_can_multiply_after_its_parent_did():
    adjacency, relation, x, weight = case()
    expected = rspmm(adjacency, relation, x, weight, implementation="numba").sum().item()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_product_in_child, args=(queue,))
    child.start()
    try:
        assert queue.get(timeout=60) == expected
    finally:
        child.kill()
        child.join()


# ------------------------------------------------------------------ triton


def on(device, dtype=torch.float32):
    return SimpleNamespace(device=torch.device(device), dtype=dtype)


@pytest.mark.parametrize(
    ("x", "capability", "chosen"),
    [
        (on("cuda"), (8, 0), "triton"),
        (on("cuda", torch.bfloat16), (9, 0), "triton"),
        (on("cuda", torch.float64), (9, 0), "reference"),
        (on("cuda", torch.float16), (9, 0), "reference"),
        (on("cuda"), (7, 5), "reference"),
    ],
)
def test_auto_on_a_cuda_device(x, capability, chosen, monkeypatch):
    monkeypatch.setattr(operator, "has_triton", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert operator._choose("auto", x) == chosen
    monkeypatch.setattr(operator, "has_triton", lambda: False)
    assert operator._choose("auto", x) == "reference"


def small(dtype):
    """A sum of 1 and twice 2^-8, which added one by one in bfloat16 are lost."""
    columns = np.array([1, 1, 1]), np.array([0, 1, 1]), np.array([0, 0, 0])
    x = torch.tensor([[[1.0], [2**-8]]], dtype=dtype)
    return Adjacency(*columns, num_nodes=2, num_types=1), torch.ones(1, 1, 1, dtype=dtype), x


def test_triton_by_name_needs_a_cuda_device(monkeypatch):
    monkeypatch.setattr(operator, "has_triton", lambda: False)
    with pytest.raises(ValueError, match=r"on a CUDA device for implementation='triton' \(got torch.float32 on cpu\)"):
        rspmm(*small(torch.float32), implementation="triton")


@pytest.mark.parametrize("implementation", ["auto", "reference"])
def test_bfloat16_is_summed_in_float32_and_rounded_once(implementation):
    adjacency, relation, x = small(torch.bfloat16)
    relation.requires_grad_()
    out = rspmm(adjacency, relation, x, implementation=implementation)
    assert out.dtype == torch.bfloat16
    assert out[0, 1, 0].item() == 1 + 2**-7
    out.sum().backward()
    assert relation.grad.dtype == torch.bfloat16
    assert relation.grad.item() == 1 + 2**-7
