"""Zero-shot questions about pairs that no fact links: kg-base, kg-base-unlinked and published weights, and linked_last.

    RELXFER_MIRROR=... python benchmarks/unlinked_pairs.py FOLDER --weights kg-base kg-base-unlinked ultra=FILE \
        trix=FILE [--sets fb15k-237 codex-s-by-pair] [--json benchmarks/results/unlinked_pairs.json]

Weights are given as for `kg_zero_shot.py`. No observed fact links a test pair of FB15k-237; NAME-by-pair holds all
facts of a data set, split by relxfer, so that none does there either. nell_v4_ind has linked pairs too, for comparison.
MRR and Hits@10 of up to --facts test facts of each, drawn from a seed, both directions, filtered, realistic ranks: of
the scores as they are, and with `linked_last`; and how much MRR is above that of the first weights, with a BCa interval
over test facts. FOLDER is for the facts of NAME-by-pair. With --json, sets that are not run keep their figures.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kg_readout import drawn
from kg_trix import known_answers, load
from kg_zero_shot import model
from linked_pairs import BY_PAIR, dataset
from relxfer_kg.data import user_files
from relxfer_kg.learner import KGLearner
from relxfer_kg.linked import linked_last
from relxfer_kg.options import OwnFiles
from rich.console import Console
from rich.table import Table

from relxfer.contract.data import Domain, Examples
from relxfer.judge import intervals
from relxfer.judge.metrics.ranking import Ranks, rank_block
from relxfer.store import files

SETS = ["fb15k-237", *(f"{name}{BY_PAIR}" for name in ("codex-s", "geo-us", "fb237_v1_ind", "wn18rr_v1_ind"))]
SETS += [f"{name}{BY_PAIR}" for name in ("nell_v4_ind", "nl-100_ind", "wk-25_ind")]
SETS.append("nell_v4_ind")
SCORES = ("as they are", "linked last")
WHAT = (
    "zero-shot, at most `facts` test facts of each set, both directions, filtered, realistic ranks; no observed fact "
    "links a test pair, but in nell_v4_ind"
)


def domain_of(name: str, folder: Path) -> Domain:
    if not name.endswith(BY_PAIR):
        return load(name)
    return user_files.load(OwnFiles.model_validate({"facts": dataset(name, folder)["facts"]}))


def ranks(learner: KGLearner, domain: Domain, asked: Examples) -> dict[str, np.ndarray]:
    """[n] of each of `SCORES`; a query is scored once."""
    known, start = known_answers(domain, asked), 0
    made: dict[str, list[Ranks]] = {key: [] for key in SCORES}
    for scores in learner.predict(asked):
        rows = slice(start, start + len(scores))
        start, answers = rows.stop, np.asarray(asked.answers)[rows]
        (last,) = linked_last([scores], domain.inputs, asked.queries[rows])
        for key, each in zip(SCORES, (scores, last), strict=True):
            made[key].append(rank_block(each, answers, known[rows]))
    return {key: Ranks.concat(each).realistic for key, each in made.items()}


def figures(found: dict[str, np.ndarray], first: dict[str, np.ndarray], asked: Examples) -> dict[str, Any]:
    """Of the ranks of one model, and of those of the first."""
    made = {}
    for key, rank in found.items():
        gain = intervals.gain(1 / rank[None], 1 / first[key][None], asked.unit_ids())
        over = [gain.estimate, gain.low, gain.high]
        made[key] = {"mrr": float((1 / rank).mean()), "hits@10": float((rank <= 10).mean()), "over the first": over}
    return made


def row(name: str, weights: list[str], facts: int, folder: Path) -> dict[str, Any]:
    """All figures of one set."""
    domain = domain_of(name, folder)
    asked = drawn(domain, facts, 0)
    found = {Path(each.partition("=")[2] or each).stem: ranks(model(each), domain, asked) for each in weights}
    first = next(iter(found.values()))
    made = {each: figures(of, first, asked) for each, of in found.items()}
    return {"set": name, "facts": facts, "queries": len(asked), "weights": made}


def show(rows: list[dict[str, Any]]) -> None:
    table = Table("set", "queries", "weights", "MRR", "over the first", "linked last", "over the first")
    for each in rows:
        for name, of in each["weights"].items():
            told = []
            for key in SCORES:
                gain, low, high = of[key]["over the first"]
                told += [f"{of[key]['mrr']:.3f}", f"{gain:+.3f} [{low:+.3f}, {high:+.3f}]"]
            table.add_row(each["set"], f"{each['queries']:,}", name, *told)
    Console(width=140).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--weights", nargs="+", default=["kg-base", "kg-base-unlinked"], help="each is a name or a file"
    )
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--facts", type=int, default=2000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    given.folder.mkdir(parents=True, exist_ok=True)
    rows = json.loads(given.json.read_text())["rows"] if given.json and given.json.exists() else []
    for name in given.sets:
        rows = [each for each in rows if each["set"] != name] + [row(name, given.weights, given.facts, given.folder)]
        if given.json:
            files.write_json(given.json, {"what": WHAT, "rows": rows})
    show(rows)


if __name__ == "__main__":
    main()
