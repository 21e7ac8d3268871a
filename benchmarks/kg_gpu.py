"""ULTRA on a CUDA device, at the size of FB15k-237: the relational kernel, its time, bytes per second and whether it is
right; then the scores of all entities for a query, and a training step.

    python benchmarks/kg_gpu.py
    python benchmarks/kg_gpu.py --batches 8 --json

The graph is drawn by `kg_scale.py`, so that no files are needed. Bytes are counted as if nothing were cached: a pass
over E edges reads, for each of B queries, two rows of d values per edge and writes one row per group; it reads two
32-bit indices per edge once:

    bytes = B d (2 E + groups) sizeof(value) + 8 E

with V groups forward and for the gradient of x, and T for that of the relations. Their share of the copy bandwidth,
measured on the same card, exceeds 1 where rows come from caches. "least" is the share where every operand and the
result are counted once: B d (2 V + T) sizeof(value) + 8 E. Backward is two passes. Exits with 1 if a result is wrong.

Scores are those of `predict`, from queries to arrays in the processor's memory; their difference is from plain torch on
the device. Weights are random: they do not change what is computed, only its values.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

#: Entities, facts and relations of FB15k-237, and the width of ULTRA's states.
ENTITIES, FACTS, RELATIONS, DIM = 14_541, 272_115, 237, 64
#: Of the largest value: sums in another order; where those are rounded apart, one step of 8 significant bits.
TOLERANCE = {"float32": 1e-5, "bfloat16": 2**-7}
COPIED = 2**30


def gathered(batch: int, dim: int, edges: int, groups: int, size: int) -> int:
    """Bytes of one pass with nothing cached.

    >>> gathered(2, 4, 10, 3, 4)
    816
    """
    return batch * dim * (2 * edges + groups) * size + 8 * edges


def least(batch: int, dim: int, edges: int, nodes: int, types: int, size: int) -> int:
    """Bytes of one pass that touches both node tables and the type table once.

    >>> least(2, 4, 10, 3, 5, 4)
    432
    """
    return batch * dim * (2 * nodes + types) * size + 8 * edges


def seconds(call, device, repeats: int = 5, calls: int = 10) -> float:
    """Median over repeats of the mean time of one call; the first calls compile and tune."""
    import torch

    def wait():
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    def once() -> float:
        wait()
        start = time.perf_counter()
        for _ in range(calls):
            call()
        wait()
        return (time.perf_counter() - start) / calls

    call()
    once()
    return statistics.median(once() for _ in range(repeats))


def copy_rate(device, size: int = COPIED) -> float:
    """Bytes read plus bytes written per second, copying from the device's memory to itself."""
    import torch

    source = torch.zeros(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return 2 * size / seconds(lambda: target.copy_(source), device)


def measure(adjacency, batch: int, dim: int, precision: str, device, kernel: str, repeats: int) -> list[dict]:
    """Forward and backward of the kernel and of the reference, on the same numbers, and how far they are apart."""
    import torch
    from relxfer_kg.kernels import rspmm

    dtype, (nodes, types) = getattr(torch, precision), (adjacency.num_nodes, adjacency.num_types)
    random = torch.Generator().manual_seed(0)
    shapes = (batch, types, dim), (batch, nodes, dim), (batch, nodes, dim)
    relation, x, upstream = (torch.randn(shape, generator=random).to(device, dtype) for shape in shapes)
    relation.requires_grad_()
    x.requires_grad_()

    def run(implementation: str, calls: int):
        out = rspmm(adjacency, relation, x, implementation=implementation)

        def backward():
            return torch.autograd.grad(out, (relation, x), upstream, retain_graph=True)

        with torch.no_grad():
            forward = seconds(
                lambda: rspmm(adjacency, relation, x, implementation=implementation), device, repeats, calls
            )
        return out.detach(), backward(), forward, seconds(backward, device, repeats, calls)

    mine, truth = run(kernel, 10), run("reference", 1)
    edges, size = adjacency.num_edges, x.element_size()
    everything = gathered(batch, dim, edges, nodes, size), gathered(batch, dim, edges, types, size)
    once = least(batch, dim, edges, nodes, types, size)
    told = {"batch": batch, "precision": precision, "tolerance": TOLERANCE[precision]}
    return [
        {
            **told, "pass": "forward", "seconds": mine[2], "reference seconds": truth[2], "bytes": everything[0],
            "least bytes": once, "difference": apart(mine[0], truth[0]),
        },
        {
            **told, "pass": "backward", "seconds": mine[3], "reference seconds": truth[3], "bytes": sum(everything),
            "least bytes": 2 * once, "difference": max(map(apart, mine[1], truth[1])),
        },
    ]  # fmt: skip


def evaluation(graph, precision: str, device, repeats: int, queries: int) -> dict:
    """Milliseconds per query of `predict`, and how far its scores are from those of plain torch."""
    import torch

    from relxfer.contract.data import Examples

    asked = Examples(graph, _queries(graph, queries))
    learner = _learner(device, precision=precision)
    spent = seconds(lambda: [None for _ in learner.predict(asked)], device, repeats, 1)
    few = asked.queries[:8]
    mine = next(learner.predict(Examples(graph, few)))
    with torch.enable_grad():  # the kernels that follow the sum have no gradient
        truth = learner.module(graph, torch.from_numpy(few)).detach().cpu()
    found = {"precision": precision, "queries": queries, "ms": 1e3 * spent / queries}
    return found | {"difference": apart(torch.from_numpy(mine), truth)}


def training_step(graph, batch: int, device, repeats: int) -> dict:
    """Milliseconds of a step on `batch` facts with 256 negatives each: to draw them, and to take their gradients."""
    import numpy as np

    from relxfer.contract.data import Examples

    learner = _learner(device, negatives=256)
    head, relation, tail = graph.facts.T
    facts = Examples(graph, np.stack([head, relation], 1), tail)

    def draw():
        rng = np.random.default_rng(0)
        return learner.batch(facts, rng.integers(0, len(facts), batch), rng)

    drawn = draw()

    def step():
        learner.module.zero_grad()
        learner.loss(drawn).backward()

    return {
        "batch": batch, "drawing ms": 1e3 * seconds(draw, device, repeats, 1),
        "ms": 1e3 * seconds(step, device, repeats, 3),
    }  # fmt: skip


def _queries(graph, count: int):
    import numpy as np

    rng = np.random.default_rng(0)
    return np.stack([rng.integers(0, limit, count) for limit in (graph.num_entities, graph.num_relations)], 1)


def _learner(device, **options):
    import torch
    from relxfer_kg.adapter import KGOptions
    from relxfer_kg.ultra.learner import UltraLearner
    from relxfer_kg.ultra.model import UltraModel, UltraOptions

    torch.manual_seed(0)
    learner = UltraLearner(UltraModel(UltraOptions()), KGOptions(**options))
    learner.module.to(device)
    return learner


def apart(one, other) -> float:
    """Largest difference, as a share of the largest value."""
    one, other = one.double(), other.double()
    return float((one - other).abs().max() / other.abs().max())


def table(rows: list[dict], rate: float) -> str:
    """
    >>> row = {"batch": 8, "precision": "float32", "pass": "forward", "seconds": 1e-3, "reference seconds": 0.02}
    >>> print(table([{**row, "bytes": 10**9, "least bytes": 10**8, "difference": 2e-7, "tolerance": 1e-5}], 2e12))
      B  precision  pass            ms  reference     GB/s  of copy  least  difference
      8  float32    forward      1.000      20.00     1000     0.50   0.05       2e-07
    """
    lines = ["  B  precision  pass            ms  reference     GB/s  of copy  least  difference"]
    for row in rows:
        speed, bare = row["bytes"] / row["seconds"], row["least bytes"] / row["seconds"]
        lines.append(
            f"{row['batch']:>3}  {row['precision']:<9}  {row['pass']:<9} {1e3 * row['seconds']:>8.3f} "
            f"{1e3 * row['reference seconds']:>10.2f} {speed / 1e9:>8.0f} {speed / rate:>8.2f} {bare / rate:>6.2f} "
            f"{row['difference']:>11.0e}" + ("" if row["difference"] <= row["tolerance"] else "  WRONG")
        )
    return "\n".join(lines)


def results(
    graph, batches: list[int], device, kernel: str, repeats: int, copied: int = COPIED, queries: int = 2000
) -> dict:
    import torch
    from relxfer_kg.graph.adjacency import adjacency_of

    rows = [
        row
        for batch in batches
        for precision in TOLERANCE
        for row in measure(adjacency_of(graph), batch, DIM, precision, device, kernel, repeats)
    ]
    scores = [evaluation(graph, precision, device, repeats, queries) for precision in TOLERANCE]
    steps = [training_step(graph, batch, device, repeats) for batch in batches]
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    rate = copy_rate(device, copied)
    told = {"device": name, "torch": torch.__version__, "copy bytes per second": rate, "rows": rows}
    return told | {"evaluation": scores, "training steps": steps}


def right(told: dict) -> bool:
    """Scores in bfloat16 have no bound: states are rounded in every layer."""
    exact = [row for row in told["evaluation"] if row["precision"] == "float32"]
    return all(row["difference"] <= row.get("tolerance", TOLERANCE["float32"]) for row in [*told["rows"], *exact])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()

    import torch
    from relxfer_kg.graph.adjacency import adjacency_of
    from relxfer_kg.kernels.operator import has_triton

    if not torch.cuda.is_available() or not has_triton():
        got = "no CUDA device" if not torch.cuda.is_available() else "no triton"
        print(
            f"kg_gpu.py: expected a CUDA device, a CUDA build of torch and triton, got {got}; run it where they are",
            file=sys.stderr,
        )
        return 2
    from kg_scale import graph_of

    graph = graph_of(ENTITIES, FACTS, RELATIONS, 0)
    told = results(graph, given.batches, torch.device("cuda"), "triton", given.repeats)
    rate, rows = told["copy bytes per second"], told["rows"]
    if given.json:
        print(json.dumps(told, indent=1))
    else:
        sizes = f"{ENTITIES:,} entities, {adjacency_of(graph).num_edges:,} edges, {2 * RELATIONS} types, d = {DIM}"
        print(f"{told['device']}: copies {rate / 1e9:,.0f} GB/s; {sizes}")
        print(table(rows, rate))
        for row in told["evaluation"]:
            print("scores of all entities, {precision}: {ms:.3f} ms a query, apart {difference:.0e}".format(**row))
        for row in told["training steps"]:
            print("training step, {batch} queries: {ms:.1f} ms, and {drawing ms:.1f} ms to draw them".format(**row))
    return 0 if right(told) else 1


if __name__ == "__main__":
    sys.exit(main())
