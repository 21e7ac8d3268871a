"""A knowledge graph of a million entities and ten million facts, evaluated and predicted on: time and peak memory.

    python benchmarks/kg_scale.py
    python benchmarks/kg_scale.py --entities 100000 --facts 1000000 --queries 20
    python benchmarks/kg_scale.py --subgraph 2000

The graph is drawn: heads and tails by Zipf's law, as entities of real graphs occur, and relations likewise. Its scores
mean nothing; what is measured is what they cost. The network is untrained, which costs the same.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time

import numpy as np


def graph_of(entities: int, facts: int, relations: int, seed: int):
    """Facts whose heads and tails are drawn with probability 1 / (rank + 10), relations with 1 / rank."""
    from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

    rng = np.random.default_rng(seed)
    weights = 1 / (np.arange(entities) + 10.0)
    cumulative = np.cumsum(weights / weights.sum())
    kinds = np.cumsum(1 / np.arange(1, relations + 1))
    ends = np.minimum(np.searchsorted(cumulative, rng.random((2, facts))), entities - 1)
    ends = rng.permutation(entities)[ends]
    relation = np.searchsorted(kinds / kinds[-1], rng.random(facts))
    names = tuple(f"e{i}" for i in range(entities))
    columns = np.stack([ends[0], np.minimum(relation, relations - 1), ends[1]], 1)
    return KnowledgeGraph(names, tuple(f"r{i}" for i in range(relations)), columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=1_000_000)
    parser.add_argument("--facts", type=int, default=10_000_000)
    parser.add_argument("--relations", type=int, default=200)
    parser.add_argument("--queries", type=int, default=10, help="facts evaluated, each as a head and a tail query")
    parser.add_argument("--subgraph", type=int, help="the option of this name; unset: exactly")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()

    from relxfer_kg.adapter import KGOptions
    from relxfer_kg.ultra.model import UltraModel, UltraOptions

    from relxfer.contract.data import Examples
    from relxfer.judge.metrics.known_answers import Filter
    from relxfer.judge.metrics.ranking import rank_block

    told = {"entities": given.entities, "facts": given.facts, "queries": 2 * given.queries, "subgraph": given.subgraph}

    def measured(name: str, start: float) -> None:
        told[name] = round(time.process_time() - start, 1)
        told["peak MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(f"{name}: {told[name]} CPU s, peak {told['peak MB']:,} MB", file=sys.stderr, flush=True)

    start = time.process_time()
    graph = graph_of(given.entities, given.facts, given.relations, 0)
    measured("graph drawn", start)
    learner = UltraModel(UltraOptions()).learner(KGOptions(subgraph_entities=given.subgraph))
    head, relation, tail = graph.facts[np.random.default_rng(1).choice(given.facts, given.queries, replace=False)].T
    queries = np.concatenate([np.stack([head, relation], 1), np.stack([tail, relation + len(graph.relations)], 1)])
    answers = np.concatenate([tail, head])
    asked = Examples(graph, queries)
    start = time.process_time()
    ranks, done = [], 0
    for block in learner.predict(asked):
        rows = slice(done, done + len(block))
        known = Filter.build(queries[rows], queries, answers)
        ranks.append(rank_block(block, answers[rows], known))
        done = rows.stop
    measured("evaluated", start)
    start = time.process_time()
    for _ in learner.top(asked, 10, None):
        pass
    measured("predicted, ten best each", start)
    if given.json:
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
