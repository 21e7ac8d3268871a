"""What the option `subgraph` costs and saves: queries answered within a bounded ball, beside the same ones exactly.

    RELXFER_MIRROR=... python benchmarks/kg_subgraphs.py [--sets wn18rr] [--budgets 100 1000] [--json subgraphs.json]

The queries are those of test facts drawn at random, the same on all sides. Times are CPU seconds, on one thread, of
scoring all entities. What is there once for each relation, its background, is the same on all sides and is told apart.
Recall is the share of queries whose answer lies in the ball. Differences of MRR (filtered, realistic ranks) are paired
by query, with BCa intervals over test facts. --weights are those that `kg_zero_shot.py` takes, but for TRIX's.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from kg_zero_shot import model
from relxfer_kg import relxfer_datasets
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.scoring.scorer import Scorer
from relxfer_kg.ultra.locality import scorer_of
from relxfer_kg.ultra.network import Ultra
from rich.console import Console
from rich.table import Table

from relxfer.contract.data import Domain, Examples
from relxfer.data.fetch import files_of
from relxfer.judge import intervals
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import rank_block
from relxfer.plugins.finder import load_object


def load(name: str) -> Domain:
    card = {card.name: card for card in relxfer_datasets()}[name]
    return load_object(card.load)(load_object(card.options)() if card.options else None, files_of(card))


def drawn(domain: Domain, queries: int, seed: int) -> tuple[Examples, np.ndarray]:
    """About so many test queries and their facts, both queries of a fact, by direct relation."""
    assert domain.test is not None
    units = domain.test.unit_ids()
    facts = np.unique(units)
    some = np.random.default_rng(seed).choice(facts, min(len(facts), queries // 2), replace=False)
    rows = np.flatnonzero(np.isin(units, some))
    rows = rows[np.argsort(domain.test.queries[rows, 1] % len(domain.inputs.relations), kind="stable")]
    return domain.test.take(rows), units[rows]


def by_relation(graph: KnowledgeGraph, asked: Examples) -> Iterator[tuple[int, slice]]:
    relations = asked.queries[:, 1] % len(graph.relations)
    found, first = np.unique(relations, return_index=True)
    for relation, begin, end in zip(found.tolist(), first, np.append(first, len(asked))[1:], strict=True):
        yield relation, slice(begin, end)


def measured(name: str, scorer: Scorer, domain: Domain, asked: Examples, sides: Sequence[int | None]) -> dict[str, Any]:
    """For each side the reciprocal ranks, whether the answer is in the ball, entities in it, and CPU seconds."""
    known = Filter.build(
        asked.queries, *(np.concatenate([np.asarray(getattr(e, of)) for e in domain.known()]) for of in _PAIR)
    )
    found = {
        side: {"rr": np.zeros(len(asked)), "inside": np.zeros(len(asked)), "size": 0, "cpu": 0.0} for side in sides
    }
    assert asked.answers is not None
    background, relations = 0.0, 0
    for relation, rows in by_relation(domain.inputs, asked):
        queries, answers = asked.queries[rows], asked.answers[rows]
        start = time.process_time()
        scorer.background(relation)
        background, relations = background + time.process_time() - start, relations + 1
        turn = relations % len(sides)
        for side in (*sides[turn:], *sides[:turn]):  # none is always first, while caches are cold
            scorer.subgraph = side
            start = time.process_time()
            scores = scorer.scores(queries)
            of = found[side]
            of["cpu"] += time.process_time() - start
            of["rr"][rows] = 1 / rank_block(scores, answers, known[rows]).realistic
            local = scorer.local(queries)
            balls = np.split(local.entities, local.indptr[1:-1])
            of["inside"][rows] = [answer in ball for answer, ball in zip(answers, balls, strict=True)]
            of["size"] += len(local.entities)
    return {"set": name, "relations": relations, "background_ms": 1e3 * background / relations, "sides": found}


_PAIR = "queries", "answers"


def rows_of(found: dict[str, Any], units: np.ndarray) -> list[dict[str, Any]]:
    exact, rows = found["sides"][None], []
    for side, of in found["sides"].items():
        count = len(units)
        row = {
            "set": found["set"], "queries": count, "relations": found["relations"],
            "background_ms": found["background_ms"], "subgraph": side, "entities": of["size"] / count,
            "recall": float(of["inside"].mean()), "mrr": float(of["rr"].mean()), "cpu_ms": 1e3 * of["cpu"] / count,
            "ratio": exact["cpu"] / of["cpu"],
        }  # fmt: skip
        if side is not None:
            gain = intervals.gain(of["rr"][None], exact["rr"][None], units)
            row["mrr_difference"] = [gain.estimate, gain.low, gain.high]
        rows.append(row)
    return rows


def show(rows: Sequence[dict[str, Any]], console: Console) -> None:
    titles = "set", "queries", "subgraph", "entities", "recall", "MRR", "difference [95 %]", "CPU ms", "times faster"
    table = Table(*titles)
    for row in rows:
        gain = row.get("mrr_difference")
        table.add_row(
            row["set"], f"{row['queries']:,}", "exact" if row["subgraph"] is None else f"{row['subgraph']:,}",
            f"{row['entities']:,.0f}", f"{row['recall']:.3f}", f"{row['mrr']:.4f}",
            f"{gain[0]:+.4f} [{gain[1]:+.4f}, {gain[2]:+.4f}]" if gain else "", f"{row['cpu_ms']:.2f}",
            f"{row['ratio']:.1f}",
        )  # fmt: skip
    console.print(table)
    for name, (relations, cost) in {row["set"]: (row["relations"], row["background_ms"]) for row in rows}.items():
        console.print(
            f"{name}: and {cost:.0f} CPU ms for the background of each of {relations} relations, on all sides"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=["wn18rr", "fb15k-237", "fb237_v4_ind"], help="names of data sets")
    parser.add_argument("--budgets", nargs="*", type=int, default=[100, 300, 1000, 3000], help="values of `subgraph`")
    parser.add_argument("--queries", type=int, default=1000, help="test queries drawn from each set")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument("--weights", default="kg-base", help="a name, a run, a file of relxfer, or ultra=FILE")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    network = cast("Ultra", model(given.weights).module)
    rows = []
    for name in given.sets:
        domain = load(name)
        asked, units = drawn(domain, given.queries, given.seed)
        scorer = scorer_of(network, domain.inputs)
        sides = [None, *given.budgets]
        measured(name, scorer, domain, asked.take(np.arange(1)), sides)  # compiles
        rows += rows_of(measured(name, scorer, domain, asked, sides), units)
    show(rows, Console(width=None if Console().is_terminal else 140))
    if given.json:
        found = {"weights": given.weights, "seed": given.seed, "rows": rows}
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
