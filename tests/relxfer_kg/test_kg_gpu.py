"""What of the benchmark of the GPU needs no GPU."""

import doctest
import importlib.util
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="module")
def benchmark(root):
    spec = importlib.util.spec_from_file_location("kg_gpu", root / "benchmarks" / "kg_gpu.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is here")
def test_without_a_device_it_says_what_it_needs(root):
    command = [sys.executable, str(root / "benchmarks" / "kg_gpu.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "expected a CUDA device, a CUDA build of torch and triton, got no CUDA device" in done.stderr


def test_formulas_and_table(benchmark):
    assert doctest.testmod(benchmark).failed == 0


@pytest.mark.skipif(find_spec("numba") is None, reason="needs numba")
def test_everything_is_measured(benchmark, monkeypatch):
    facts = np.random.default_rng(0).integers(0, 5, (50, 3))
    graph = KnowledgeGraph(tuple("abcdef"), tuple("rstuv"), facts)
    told = benchmark.results(graph, [1, 2], torch.device("cpu"), "numba", 1, copied=1000, queries=12)
    assert benchmark.right(told)
    assert [(row["batch"], row["precision"], row["pass"]) for row in told["rows"]] == [
        (batch, precision, way)
        for batch in (1, 2)
        for precision in ("float32", "bfloat16")
        for way in ("forward", "backward")
    ]
    for row in told["rows"]:
        assert 0 < row["seconds"] < 10
        assert row["difference"] <= row["tolerance"]
        assert row["bytes"] > row["least bytes"] > 0
    assert told["copy bytes per second"] > 0
    exact, rounded = told["evaluation"]
    assert 0 < exact["ms"] < 1e3
    assert exact["difference"] <= 1e-5 < rounded["difference"]
    assert [row["batch"] for row in told["training steps"]] == [1, 2]
    assert len(benchmark.table(told["rows"], told["copy bytes per second"]).splitlines()) == 9


def test_a_wrong_result_is_told(benchmark):
    assert benchmark.apart(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0])) == 0.5
    row = {"batch": 8, "precision": "float32", "pass": "forward", "seconds": 1.0, "reference seconds": 1.0}
    wrong = {**row, "bytes": 1, "least bytes": 1, "difference": 0.5, "tolerance": 1e-5}
    assert benchmark.table([wrong], 1.0).endswith("WRONG")
    assert not benchmark.right({"rows": [wrong], "evaluation": []})


def test_the_graph_is_of_the_size_of_fb15k237(benchmark, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    from kg_scale import graph_of

    adjacency = adjacency_of(graph_of(benchmark.ENTITIES, benchmark.FACTS, benchmark.RELATIONS, 0))
    assert (adjacency.num_nodes, adjacency.num_edges, adjacency.num_types) == (14_541, 544_230, 474)
    counts = np.sort(np.bincount(adjacency.receiver, minlength=adjacency.num_nodes))[::-1]
    assert counts[0] > 100 * np.median(counts)  # Zipf
