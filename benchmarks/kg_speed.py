"""Speed of the knowledge-graph engine: zero-shot evaluation, one training step, the relation graph.

    RELXFER_MIRROR=... python benchmarks/kg_speed.py [--sets fb237_v1_ind nl-0_ind] [--quick] [--json speed.json]

In one process and in turns: this machine's rate of float32 matrix products g and its copy bandwidth, what is timed, and
the same by the plain torch path. A floor is floating-point operations over g: of all the work asked for, and of what is
left once a query computes its balls only, twins are one and a relation is done once. The official implementation's
times are those of another machine: they compare as milliseconds x g, the lower bound of its g first. On a machine that
is not quiet the CPU clock says more than the wall's: CPU milliseconds x GFLOP per CPU second. What a graph has once is
made before (its edges by receiver, its twins, its relation graph); the relation graph is timed on its own.

Weights are random unless --weights names a checkpoint: they do not change what is computed, only its values.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from relxfer_kg import relxfer_datasets
from relxfer_kg.adapter import KGOptions
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import Quotient, quotient_of
from relxfer_kg.graph.relation_graph import relation_graph
from relxfer_kg.kernels import operator
from relxfer_kg.scoring.balls import Balls
from relxfer_kg.scoring.team import Team
from relxfer_kg.ultra.learner import UltraLearner
from relxfer_kg.ultra.locality import scorer_of
from relxfer_kg.ultra.model import UltraModel, UltraOptions
from relxfer_kg.ultra.weights import read_weights
from rich.console import Console
from rich.table import Table

from relxfer.contract.data import Domain
from relxfer.data.fetch import files_of
from relxfer.plugins.finder import load_object

PUBLISHED = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
DIM, LAYERS = 64, 6


def load(name: str) -> Domain:
    card = {card.name: card for card in relxfer_datasets()}[name]
    return load_object(card.load)(load_object(card.options)() if card.options else None, files_of(card))


def network(weights: Path | None) -> UltraModel:
    return UltraModel(UltraOptions(), *([] if weights is None else read_weights(weights)))


# ------------------------------------------------------------------ the machine


def gemm_rate() -> np.ndarray:
    """GFLOP of [4096, 128] x [128, 64], the product of one layer, per wall second and per CPU second.

    Each thread multiplies on its own: threads that wait for each other would be slow, and our figures too good, on a
    machine that is not quiet.
    """
    threads, rounds = torch.get_num_threads(), 100
    a, b, outs = torch.randn(4096, 128), torch.randn(128, 64), torch.empty(threads, 4096, 64)

    def multiply(thread: int, begin: int, end: int) -> None:
        for _ in range(rounds):
            torch.mm(a, b, out=outs[thread])

    torch.set_num_threads(1)
    try:
        with Team(threads) as team:
            seconds = timed(lambda: team.run(multiply, threads))
    finally:
        torch.set_num_threads(threads)
    return threads * rounds * 2 * 4096 * 128 * 64 / 1e9 / np.array(seconds)


def copy_rate() -> float:
    """GB/s read and written while 128 MB are copied."""
    a = torch.zeros(32 * 2**20)
    out = torch.empty_like(a)
    out.copy_(a)
    return 2 * 4 * a.numel() / timed(lambda: out.copy_(a))[0] / 1e9


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


# ------------------------------------------------------------------ floors


def asked_for(graph: KnowledgeGraph, queries: int) -> float:
    """GFLOP of so many forward passes, each on its own."""
    entities = LAYERS * (4 * DIM**2 * graph.num_entities + 3 * DIM * 2 * len(graph.facts))
    relations = LAYERS * (4 * DIM**2 * graph.num_relations + 3 * DIM * relation_graph(graph).adjacency.num_edges)
    projections = LAYERS * 4 * DIM**2 * graph.num_relations
    head = (8 * DIM**2 + 4 * DIM) * graph.num_entities
    return queries * (entities + relations + projections + head) / 1e9


def left_over(graph: KnowledgeGraph, queries: np.ndarray) -> float:
    """GFLOP after the exact savings: balls of distinct queries; a background, a ball of relations and their projections
    once per relation; a background of the relations once."""
    distinct = np.unique(queries, axis=0)
    sources, which = np.unique(distinct[:, 0], return_inverse=True)
    asked = np.unique(queries[:, 1] % len(graph.relations))
    head = 4 * DIM**2 + 4 * DIM
    layers, last = of_balls(quotient_of(graph), sources)
    background = of_background(quotient_of(graph)) + head * quotient_of(graph).size
    projections = LAYERS * 4 * DIM**2 * graph.num_relations
    meetings = relation_graph(graph).classes
    relations = of_balls(meetings, asked)[0].sum() + of_background(meetings)
    balls = (layers + head * last)[which].sum()
    return (balls + len(asked) * (background + projections) + relations) / 1e9


def of_balls(classes: Quotient, sources: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """FLOP of all layers for the ball around each source, and the rows of its last ball.

    The half of a layer that reads x is the background's where a source arrives for the first time.
    """
    edges, each = np.diff(classes.indptr), np.zeros(len(sources))
    with Team(1) as team:
        balls = Balls.around(sources, LAYERS, classes, team)
    for s, (rows, hops) in enumerate(zip(balls.rows, balls.hops, strict=True)):
        degrees = np.concatenate([[0], np.cumsum(edges[rows[: hops[-1]]])])
        for before, now in zip(hops[:-1].tolist(), hops[1:].tolist(), strict=True):
            each[s] += 2 * DIM**2 * (before + now) + 2 * DIM * degrees[now]
    return each, balls.hops[:, -1]


def of_background(classes: Quotient) -> float:
    return LAYERS * (4 * DIM**2 * classes.size + 2 * DIM * len(classes.kind))


# ------------------------------------------------------------------ what is timed


@contextmanager
def plain_torch() -> Iterator[None]:
    """The reference path: numba out of sight."""
    found, operator.has_numba = operator.has_numba, lambda: False  # type: ignore[assignment]
    try:
        yield
    finally:
        operator.has_numba = found


def by_reference(model: UltraModel, graph: KnowledgeGraph, queries: np.ndarray) -> None:
    with plain_torch(), torch.no_grad():
        for batch in torch.from_numpy(queries).split(16):
            model.network(graph, batch)


def by_balls(model: UltraModel, graph: KnowledgeGraph, queries: np.ndarray) -> None:
    for _ in scorer_of(model.network, graph).blocks(queries, max(1, 2**25 // graph.num_entities), 256):
        pass


def training_step(learner: UltraLearner, domain: Domain) -> None:
    assert domain.train is not None
    rng = np.random.default_rng(0)
    batch = learner.batch(domain.train, rng.integers(0, len(domain.train), 8), rng)
    learner.module.zero_grad()
    learner.loss(batch).backward()


def four_products(graph: KnowledgeGraph) -> None:
    """The relation graph as it is defined: four sparse products."""
    warnings.filterwarnings("ignore", message="Sparse")
    head, tail, kind = (torch.from_numpy(column) for column in graph.edges)
    shape = (graph.num_entities, graph.num_relations)
    heads, tails = (
        torch.sparse_coo_tensor(torch.stack([node, kind]), torch.ones(len(kind)), shape).coalesce()
        for node in (head, tail)
    )
    for one, two in ((heads, heads), (tails, tails), (heads, tails), (tails, heads)):
        torch.sparse.mm(one.t(), two).coalesce()


Repeats = list[tuple[float, float, np.ndarray]]


def interleaved(repeats: int, sides: dict[str, Callable[[], Any]]) -> dict[str, Repeats]:
    """Wall seconds, CPU seconds and g of each repeat, the sides in turns; the first round does not count."""
    found: dict[str, Repeats] = {name: [] for name in sides}
    for repeat in range(repeats + 1):
        for name, run in sides.items():
            before = gemm_rate()
            wall, cpu = timed(run)
            if repeat:
                found[name].append((wall, cpu, (before + gemm_rate()) / 2))
    return found


def medians(rows: Repeats) -> dict[str, float]:
    """Of wall and CPU seconds, of g, and of both clocks' products with g: GFLOP that a product would have done."""
    columns = [(wall, cpu, g[0], wall * g[0], cpu * g[1]) for wall, cpu, g in rows]
    middle = map(statistics.median, zip(*columns, strict=True))
    return dict(zip(("wall", "cpu", "g", "wall_g", "cpu_g"), middle, strict=True))


def evaluation(name: str, model: UltraModel, threads: int, asked: argparse.Namespace) -> dict[str, Any]:
    domain = load(name)
    graph: KnowledgeGraph = domain.inputs
    assert domain.test is not None
    queries = domain.test.queries
    few = queries[np.linspace(0, len(queries) - 1, asked.reference_queries).astype(int)]
    sides = {"balls": lambda: by_balls(model, graph, queries)}
    if len(few):
        sides["reference"] = lambda: by_reference(model, graph, few)
    found = {side: medians(rows) for side, rows in interleaved(asked.repeats, sides).items()}
    ours, count = found["balls"], len(queries)
    whole, left = asked_for(graph, count), left_over(graph, queries)
    row = {
        "set": name, "threads": threads, "queries": count, "g": ours["g"], "ms": 1e3 * ours["wall"] / count,
        "cpu_ms": 1e3 * ours["cpu"] / count,
        "reference_ms": 1e3 * found["reference"]["wall"] / len(few) if len(few) else None,
        "gflop_asked": whole, "gflop_left": left, "left": left / whole,
        "of_floor": left / ours["wall_g"], "of_floor_asked": whole / ours["wall_g"],
    }  # fmt: skip
    official = PUBLISHED["ms_per_query"].get(name)
    if official is not None:
        row["official_ms"] = official
        for clock in ("wall", "cpu"):
            mine = 1e3 * ours[f"{clock}_g"] / count
            row[f"speed_up_{clock}"] = [official * g / mine for g in PUBLISHED["gemm"]["gflops"]]
    return row


def others(threads: int, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The training step and the relation graph, on the training graph of fb237_v1."""
    domain = load(PUBLISHED["training_step"]["set"])
    model = network(asked.weights)
    learner = UltraLearner(model, KGOptions(negatives=PUBLISHED["training_step"]["negatives"]))
    graph: KnowledgeGraph = domain.inputs

    def slowly() -> None:
        with plain_torch():
            training_step(learner, domain)

    step = interleaved(asked.repeats, {"ours": lambda: training_step(learner, domain), "reference": slowly})
    fresh = iter([replace(graph) for _ in range(asked.repeats + 1)])  # a graph keeps its relation graph
    built = interleaved(
        asked.repeats, {"ours": lambda: relation_graph(next(fresh)) and None, "reference": lambda: four_products(graph)}
    )
    # A relation graph is three columns of 64-bit ids, sorted: at least written once and read once.
    moved = 2 * 3 * 8 * relation_graph(graph).adjacency.num_edges / 1e9 / copy_rate()
    rows = []
    for what, found, floor in (
        ("training step", step, lambda g: 3 * asked_for(graph, 8) / g),
        ("relation graph", built, lambda g: moved),
    ):
        ours, reference = medians(found["ours"]), medians(found["reference"])
        rows.append(
            {
                "what": what, "threads": threads, "wall": ours["wall"], "cpu": ours["cpu"], "g": ours["g"],
                "reference_wall": reference["wall"], "floor": floor(ours["g"]),
            }
        )  # fmt: skip
    return rows


# ------------------------------------------------------------------ the report


def show(found: dict[str, Any], console: Console) -> None:
    low, high = PUBLISHED["gemm"]["gflops"]
    for machine in found["machine"]:
        console.print(f"{machine['threads']} threads: g {machine['g']:.0f} GFLOP/s, copy {machine['copy']:.1f} GB/s")
    titles = "set", "threads", "queries", "ms", "CPU ms", "g", "torch ms", "left", "of floor", "speed-up", "by CPU"
    table = Table(*titles)
    for row in found["evaluation"]:
        slow = "" if row["reference_ms"] is None else f"{row['reference_ms']:.1f}"
        ups = [row.get(f"speed_up_{clock}") for clock in ("wall", "cpu")]
        table.add_row(
            row["set"], str(row["threads"]), f"{row['queries']:,}", f"{row['ms']:.3f}", f"{row['cpu_ms']:.3f}",
            f"{row['g']:.0f}", slow, f"{row['left']:.3f}", f"{row['of_floor']:.0%}",
            *(f"{up[0]:.1f}-{up[1]:.1f}" if up else "" for up in ups),
        )  # fmt: skip
    console.print(table)
    for which, mean in found["geometric_mean"].items():
        console.print(f"geometric mean of the speed-ups, {which} clock: {mean:.1f} (official g = {low})")
    for row in found["others"]:
        console.print(
            f"{row['what']}, {row['threads']} threads: {1e3 * row['wall']:.1f} ms, {row['cpu']:.3f} CPU s; torch "
            f"{1e3 * row['reference_wall']:.1f} ms; floor {1e3 * row['floor']:.2f} ms"
        )
    official = PUBLISHED["training_step"]["cpu_seconds"]
    console.print(f"official training step: {official[0]}-{official[1]} CPU s")
    console.print(f"peak memory of evaluation: {found['peak_mb']:.0f} MB")
    console.print(f"official: {PUBLISHED['source']['name']}, {PUBLISHED['source']['how']}; g = {low}-{high} GFLOP/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=list(PUBLISHED["ms_per_query"]), help="names of data sets")
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--reference-queries", type=int, default=32, help="queries asked of the slow torch path, 0 for none"
    )
    parser.add_argument("--quick", action="store_true", help="one repeat of three sets")
    parser.add_argument("--weights", type=Path, help="a checkpoint (.safetensors or .pth)")
    parser.add_argument("--json", type=Path, help="where the figures go")
    asked = parser.parse_args()
    if asked.quick:
        asked.repeats, asked.sets, asked.reference_queries = 1, ["fb237_v1_ind", "wn18rr_v1_ind", "nl-0_ind"], 16
    model = network(asked.weights)
    found: dict[str, Any] = {"machine": [], "evaluation": [], "others": [], "geometric_mean": {}}
    for name in asked.sets:  # before anything else has taken memory
        domain = load(name)
        assert domain.test is not None
        by_balls(model, domain.inputs, domain.test.queries)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for threads in asked.threads:
        torch.set_num_threads(threads)
        found["machine"].append({"threads": threads, "g": gemm_rate()[0], "copy": copy_rate()})
        rows = [evaluation(name, model, threads, asked) for name in asked.sets]
        found["evaluation"] += rows
        found["others"] += others(threads, asked)
        compared = [row for row in rows if "official_ms" in row]
        for clock in ("wall", "cpu") if compared else ():
            mean = math.exp(statistics.mean(math.log(row[f"speed_up_{clock}"][0]) for row in compared))
            found["geometric_mean"][f"{threads} threads, {clock}"] = mean
    show(found, Console(width=None if Console().is_terminal else 160))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
