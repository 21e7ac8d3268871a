"""What `half_links` of ULTRA costs, and what it brings: with and without it, in turns.

    RELXFER_MIRROR=... python benchmarks/kg_readout.py
    RELXFER_MIRROR=... python benchmarks/kg_readout.py --without run_off --with run_on [--json kg_readout.json]

Times are CPU seconds on one thread, of untrained networks of the default size. A step is batch, loss and gradients of 8
training queries of FB15k-237 with 256 negatives each, on parts of 300 to 3,000 entities, as kg-base is trained; queries
are test queries of a set, answered by exact locality. Both sides take turns at the same work.

With two files of weights, or two directories of runs that pre-trained a source, both are compared by zero-shot MRR
(filtered, realistic ranks) on graphs that kg-base is not trained on, though training has facts of some: up to 300 test
facts of each, both directions, drawn from a seed. Differences are paired by query, with BCa intervals over test facts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kg_trix import known_answers, load
from mean_of_weights import file_of
from relxfer_kg.adapter import KGOptions
from relxfer_kg.learner import KGLearner
from relxfer_kg.ultra.model import UltraModel, UltraOptions
from rich.console import Console
from rich.table import Table

from relxfer.contract.data import Domain, Examples
from relxfer.execute import artefacts
from relxfer.judge import intervals
from relxfer.judge.metrics.ranking import rank_block
from relxfer.plugins.finder import Plugins

GRAIL = [f"{family}_v{i}_ind" for family in ("fb237", "wn18rr", "nell") for i in (1, 2, 3, 4)]
GRAIL.remove("nell_v3_ind")
INGRAM = [f"{family}_ind" for family in ("nl-0", "nl-25", "nl-50", "nl-100", "wk-25", "wk-75", "wk-100")]
#: Sets whose queries are timed: of small, and of large and sparse balls.
TIMED = ["fb237_v1_ind", "fb237_v4_ind", "wn18rr_v4_ind"]
BATCH, QUERIES = 8, 256


def drawn(domain: Domain, facts: int, seed: int) -> Examples:
    """Both test queries of so many facts at most."""
    assert domain.test is not None
    units = domain.test.unit_ids()
    every = np.unique(units)
    some = np.random.default_rng(seed).choice(every, min(len(every), facts), replace=False)
    return domain.test.take(np.flatnonzero(np.isin(units, some)))


# ------------------------------------------------------------------ what it costs


def learners() -> list[KGLearner]:
    """Without and with, untrained."""
    options = KGOptions(negatives=256, part_entities=(300, 3000), left_out_fraction=0.5)
    return [UltraModel(UltraOptions(half_links=has)).learner(options) for has in (False, True)]


def in_turns(sides: list[KGLearner], repeats: int, work: Callable[[KGLearner, int], Any]) -> dict[str, float]:
    """CPU milliseconds of a piece of work on either side, the median, and the median of their ratios."""
    for side in sides:
        work(side, 0)  # compiles
    took = np.zeros((repeats, 2))
    for turn in range(repeats):
        for which in (0, 1) if turn % 2 else (1, 0):
            start = time.process_time()
            work(sides[which], turn)
            took[turn, which] = 1e3 * (time.process_time() - start)
    without, having = np.median(took, 0)
    return {"without_ms": without, "with_ms": having, "ratio": float(np.median(took[:, 1] / took[:, 0]))}


def cost(repeats: int) -> dict[str, dict[str, float]]:
    train, sides = load("fb15k-237").train, learners()
    assert train is not None

    def step(side: KGLearner, turn: int) -> None:
        rng = np.random.default_rng(turn)
        batch = side.batch(train, rng.permutation(len(train))[:BATCH], rng)
        side.loss(batch).backward()

    found = {"a training step": in_turns(sides, repeats, step)}
    for name in TIMED:
        asked = drawn(load(name), QUERIES // 2, 0)
        took = in_turns(sides, max(3, repeats // 8), lambda side, _, asked=asked: list(side.predict(asked)))  # type: ignore[misc]
        each = {key: value if key == "ratio" else value / len(asked) for key, value in took.items()}
        found[f"a query of {name}"] = each
    return found


# ------------------------------------------------------------------ what it brings


def learner_of(path: Path) -> KGLearner:
    """With the weights in a file, or of the one source that a run pre-trained."""
    return artefacts.read(file_of(path), Plugins.load(third_party=False), None).load().learner(KGOptions())  # type: ignore[attr-defined]


def ranks(learner: KGLearner, domain: Domain, asked: Examples) -> np.ndarray:
    """[n], filtered; ties count as the mean of their places."""
    known, made, at = known_answers(domain, asked), [], 0
    for scores in learner.predict(asked):
        block = slice(at, at + len(scores))
        made.append(rank_block(scores, np.asarray(asked.answers)[block], known[block]).realistic)
        at += len(scores)
    return np.concatenate(made)


def compared(without: KGLearner, having: KGLearner, names: list[str], facts: int, seed: int) -> list[dict[str, Any]]:
    rows = []
    for name in names:
        domain = load(name)
        asked = drawn(domain, facts, seed)
        before, after = (1 / ranks(learner, domain, asked) for learner in (without, having))
        gain = intervals.gain(after[None], before[None], asked.unit_ids())
        rows.append({
            "set": name, "queries": len(asked), "without": float(before.mean()), "with": float(after.mean()),
            "gain": [gain.estimate, gain.low, gain.high],
        })  # fmt: skip
    return rows


# ------------------------------------------------------------------ the command


def show(found: dict[str, Any], console: Console) -> None:
    table = Table("CPU ms of", "without", "with", "ratio")
    for what, of in found["cost"].items():
        table.add_row(what, f"{of['without_ms']:.2f}", f"{of['with_ms']:.2f}", f"{of['ratio']:.3f}")
    console.print(table)
    if not found["rows"]:
        return
    table = Table("set", "queries", "without", "with", "gain [95 %]")
    for row in found["rows"]:
        mrr = (f"{row[side]:.4f}" for side in ("without", "with"))
        table.add_row(row["set"], f"{row['queries']:,}", *mrr, "{:+.4f} [{:+.4f}, {:+.4f}]".format(*row["gain"]))
    means = (np.mean([row[side] for row in found["rows"]]) for side in ("without", "with"))
    table.add_row("mean", "", *(f"{mean:.4f}" for mean in means), f"{found['mean_gain']:+.4f}")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", type=Path, help="weights, or a run that pre-trained a source")
    parser.add_argument("--with", type=Path, dest="having", help="the same with half-links")
    parser.add_argument(
        "--sets", nargs="*", default=[*GRAIL, *INGRAM], help="names of data sets that both are asked about"
    )
    parser.add_argument("--facts", type=int, default=300, help="test facts of each set, at most")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument("--repeats", type=int, default=40, help="steps that are timed on either side; 0: none")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    found: dict[str, Any] = {"cost": cost(given.repeats) if given.repeats else {}, "rows": []}
    if given.without and given.having:
        sides = learner_of(given.without), learner_of(given.having)
        found["rows"] = compared(*sides, given.sets, given.facts, given.seed)
        found["mean_gain"] = float(np.mean([row["gain"][0] for row in found["rows"]]))
    show(found, Console(width=None if Console().is_terminal else 120))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
