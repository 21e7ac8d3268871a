"""TRIX beside ULTRA: what a query and a step of training cost, and how good TRIX's published weights are.

    RELXFER_MIRROR=... python benchmarks/kg_trix.py --entities trix_entity.pth --relations trix_relation.pth

Times are CPU seconds on one thread. Each model scores all entities for the test queries as its learner does, ULTRA
by exact locality; a step is loss and gradients of 8 training queries with 64 negatives each. Ranks of entities are
filtered, ties count as the mean of their places; ranks of relations are pessimistic among ties, and among all relations
as published, or without the others that are known to hold. ULTRA's weights are kg-base. TRIX is untrained where no file
is given: that changes what is ranked, and not what is computed.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from relxfer_kg import relxfer_datasets
from relxfer_kg.adapter import KGOptions
from relxfer_kg.domain import facts_of
from relxfer_kg.learner import KGLearner
from relxfer_kg.trix.model import TrixModel, TrixOptions
from relxfer_kg.trix.relation_prediction import RelationTrix, relation_scores
from relxfer_kg.trix.relation_weights import read_relation_weights
from relxfer_kg.trix.weights import read_weights
from relxfer_kg.ultra.kg_base import find
from rich.console import Console
from rich.table import Table

from relxfer.contract.data import Domain, Examples
from relxfer.data.fetch import files_of
from relxfer.execute import artefacts
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import rank_block
from relxfer.plugins.finder import Plugins, load_object

#: Training queries of a step, and how often a step is timed.
BATCH, STEPS = 8, 3


def load(name: str) -> Domain:
    card = {card.name: card for card in relxfer_datasets()}[name]
    return load_object(card.load)(load_object(card.options)() if card.options else None, files_of(card))


def known_answers(domain: Domain, asked: Examples) -> Filter:
    given = ([np.asarray(getattr(e, of)) for e in domain.known()] for of in ("queries", "answers"))
    return Filter.build(asked.queries, *map(np.concatenate, given))


def entities(learner: KGLearner, domain: Domain, asked: Examples) -> dict[str, float]:
    """Filtered MRR and Hits@10, and CPU milliseconds of a query and of a step."""
    known = known_answers(domain, asked)
    list(learner.predict(asked.take(np.arange(1))))  # compiles
    start = time.process_time()
    scores = np.concatenate(list(learner.predict(asked)))
    cost = time.process_time() - start
    assert asked.answers is not None
    ranks = rank_block(scores, asked.answers, known).realistic
    return {
        "mrr": float((1 / ranks).mean()), "hits@10": float((ranks <= 10).mean()), "query_ms": 1e3 * cost / len(asked),
        "step_ms": 1e3 * min(step(learner, domain, seed) for seed in range(STEPS)),
    }  # fmt: skip


def step(learner: KGLearner, domain: Domain, seed: int) -> float:
    rng = np.random.default_rng(seed)
    batch = learner.batch(domain.train, rng.permutation(len(domain.train))[:BATCH], rng)
    start = time.process_time()
    learner.loss(batch).backward()
    return time.process_time() - start


def relations(module: RelationTrix, domain: Domain, asked: Examples) -> dict[str, float]:
    """MRR of the relation of the test facts, and CPU milliseconds of a pair."""
    graph, facts = domain.inputs, facts_of(domain.inputs, asked)
    pairs = facts[:, [0, 2]]
    list(relation_scores(module, graph, pairs[:1]))  # compiles
    start = time.process_time()
    scores = np.concatenate(list(relation_scores(module, graph, pairs)))
    cost = time.process_time() - start
    above = scores >= np.take_along_axis(scores, facts[:, 1:2], 1)
    everything = {tuple(fact) for e in domain.known() for fact in facts_of(graph, e).tolist()}
    names = range(len(graph.relations))
    wrong = np.array([[(h, r, t) not in everything for r in names] for h, t in pairs.tolist()])
    every, filtered = above.sum(1), 1 + (above & wrong).sum(1)
    return {
        "pairs": len(pairs), "mrr": float((1 / every).mean()), "mrr_filtered": float((1 / filtered).mean()),
        "pair_ms": 1e3 * cost / len(pairs),
    }  # fmt: skip


def show(rows: list[dict[str, Any]], console: Console) -> None:
    table = Table("set", "model", "queries", "MRR", "Hits@10", "CPU ms a query", "CPU ms a step")
    for row in rows:
        for name in ("ultra", "trix"):
            of = row[name]
            table.add_row(
                row["set"], name, f"{row['queries']:,}", f"{of['mrr']:.4f}", f"{of['hits@10']:.4f}",
                f"{of['query_ms']:.2f}", f"{of['step_ms']:.0f}",
            )  # fmt: skip
    console.print(table)
    for row in rows:
        of = row["relations"]
        console.print(
            f"{row['set']}: relations of {of['pairs']:,} pairs, MRR {of['mrr']:.4f}, filtered "
            f"{of['mrr_filtered']:.4f}, {of['pair_ms']:.1f} CPU ms a pair"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=["fb237_v1_ind", "wn18rr_v1_ind"], help="names of data sets")
    parser.add_argument("--queries", type=int, help="the first test queries of each set; all if unset")
    parser.add_argument("--entities", type=Path, help="a checkpoint of TRIX for entity prediction")
    parser.add_argument("--relations", type=Path, help="a checkpoint of TRIX for relation prediction")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    stored = artefacts.read(find("ultra", "kg-base"), Plugins.load(third_party=False), None)
    ultra = stored.load().learner(KGOptions())  # type: ignore[attr-defined]
    trix = TrixModel(TrixOptions(), *(read_weights(given.entities) if given.entities else ())).learner(KGOptions())
    module = RelationTrix()
    if given.relations:
        arrays, _ = read_relation_weights(given.relations)
        module.load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
    rows = []
    for name in given.sets:
        domain = load(name)
        assert domain.test is not None
        asked = domain.test.take(np.arange(min(len(domain.test), given.queries or len(domain.test))))
        rows.append({
            "set": name, "queries": len(asked), "ultra": entities(ultra, domain, asked),
            "trix": entities(trix, domain, asked), "relations": relations(module, domain, asked),
        })  # fmt: skip
    show(rows, Console(width=None if Console().is_terminal else 120))
    if given.json:
        weights = {key: path.name for key in ("entities", "relations") if (path := getattr(given, key))}
        given.json.write_text(json.dumps({"weights": weights, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
