"""How often the intervals and verdicts of `relxfer.judge` are right, by simulation through its public functions.

    python benchmarks/verdicts.py [--only coverage null ...] [--repetitions 2000] [--json FILE]

Truth is the mean over all seeds and all items that there could be, unless a cell says otherwise. `rows` = 1 judges each
row by itself, 10 takes the noise of seeds from all. `width` is the median width of the 95 % interval, and `oracle` its
ratio to 2 x 1.96 times the standard deviation of the estimate, which nobody can know. `error` is the standard error of
a share by simulation. Figures are written as they are made; a cell that the file has is not made again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from verdict_draws import (
    HALF,
    RARE,
    REGIMES,
    ROWS,
    SCENARIOS,
    SIGNALS,
    classified,
    clustered,
    effects,
    normal,
    of_classes,
)  # fmt: skip

from relxfer.judge import failures, seed_noise, spending, squares
from relxfer.judge.best_of import best_of
from relxfer.judge.family import Question, answers
from relxfer.judge.intervals import Comparison
from relxfer.judge.looks import Look
from relxfer.judge.records import Verdict

Figures = list[dict[str, Any]]
SEEDS, ITEMS = (3, 6, 10), (50, 300, 2000)
COLLAPSED, FALL = 0.15, 0.3
MOST, MINIMAL = 20, 0.05
#: Gain and family of runs that are looked at; the last one, which takes long, in the variances of the pilot alone.
LOOKS = ((0.0, 1), (0.05, 1), (0.05, ROWS))


def rng_of(*key: object) -> np.random.Generator:
    return np.random.default_rng(list(repr(key).encode()))


def share(name: str, values: Sequence[float]) -> dict[str, float]:
    made = np.asarray(values, float)
    return {name: float(made.mean()), "error": float(made.std() / len(made) ** 0.5), "repetitions": len(made)}


class Tally:
    """Intervals against what is true, over repetitions, each of which may have several rows."""

    def __init__(self, truth: float = 0.0) -> None:
        self.truth = truth
        self.covered: list[float] = []
        self.widths: list[float] = []
        self.errors: list[float] = []

    def add(self, made: Sequence[Comparison], truth: float | None = None) -> None:
        """Count the intervals of one repetition."""
        halves = [each.half(0.05) for each in made]
        off = [each.mean - (self.truth if truth is None else truth) for each in made]
        self.covered.append(np.mean([abs(one) <= half for one, half in zip(off, halves, strict=True)]))
        self.widths += [2 * half for half in halves]
        self.errors += off

    def figures(self) -> dict[str, float]:
        width, spread = float(np.median(self.widths)), float(np.sqrt(np.mean(np.square(self.errors))))
        return {**share("coverage", self.covered), "width": width, "oracle": width / (2 * 1.96 * spread)}


def comparisons(rows: Sequence[squares.Squares], pool: bool) -> list[Comparison]:
    noise = seed_noise.pooled(rows) if pool else [seed_noise.alone(row) for row in rows]
    return [Comparison(row, each) for row, each in zip(rows, noise, strict=True)]


# ------------------------------------------------------------------ intervals


def coverage(name: str, seeds: int, items: int, repetitions: int) -> Figures:
    """Of the intervals of ten rows: each by itself, and with the noise of all."""
    scenario, rng = SCENARIOS[name], rng_of(name, seeds, items)
    tallies = {1: Tally(scenario.gain), ROWS: Tally(scenario.gain)}
    for _ in range(repetitions):
        rows = [squares.of(each, most=1.0) for each in scenario.draw(rng, seeds, items)]
        for count, tally in tallies.items():
            tally.add(comparisons(rows, pool=count > 1))
    return [{"rows": count, **tally.figures()} for count, tally in tallies.items()]


def groups(clusters: int, seeds: int, repetitions: int) -> Figures:
    """Items in clusters: taken as items, and as clusters."""
    rng, tallies = rng_of("groups", clusters, seeds), {"items": Tally(), "clusters": Tally()}
    for _ in range(repetitions):
        made, ids = clustered(rng, seeds, clusters)
        for name, by in (("items", None), ("clusters", ids)):
            tallies[name].add([Comparison.alone(squares.of(made, by, most=1.0))])
    return [{"units": name, "rows": 1, **tally.figures()} for name, tally in tallies.items()]


def rare(metric: str, seeds: int, items: int, repetitions: int) -> Figures:
    """A rarest class of 1 %: the gain in a metric that gives both classes the same weight."""
    rng, count = rng_of("rare", metric, seeds, items), round(RARE * items)
    labels, tally = (np.arange(items) < count).astype(int), Tally(of_classes(metric, SIGNALS["ours"]))
    tally.truth -= of_classes(metric, SIGNALS["theirs"])
    for _ in range(repetitions):
        common = rng.standard_normal(items)
        sides = [classified(rng, seeds, labels, signal, common) for signal in SIGNALS.values()]
        ours, theirs = (np.stack([getattr(one, metric)().contributions for one in side]) for side in sides)
        tally.add([Comparison.alone(squares.of(squares.differences(ours, theirs), classes=labels))])
    return [{"of the class": count, "rows": 1, **tally.figures()}]


def collapses(seeds: int, items: int, repetitions: int) -> Figures:
    """15 % of runs fall by .3: the gain of those that train, if three do, and the share that fails."""
    rng, tally = rng_of("collapses", seeds, items), Tally()
    told, silent, unseen = [], [], []
    for _ in range(repetitions):
        failed = rng.random(seeds) < COLLAPSED
        made = normal(rng, seeds, items, REGIMES["pilot"])[0] - FALL * failed[:, None]
        found = failures.share(int(failed.sum()), seeds)
        told.append(found.low <= COLLAPSED <= found.high)
        kept = made[failures.trained(failed, np.zeros(seeds, bool))]
        silent.append(len(kept) < spending.FIRST)
        unseen.append(not failed.any())
        if not failed.all() and not silent[-1]:
            tally.add([Comparison.alone(squares.of(kept, most=1.0))])
    shares = {"no verdict": float(np.mean(silent)), "none seen": float(np.mean(unseen))}
    return [{"rows": 1, **tally.figures(), **shares, "failures": share("coverage", told)}]


def shared_source(seeds: int, items: int, repetitions: int) -> Figures:
    """Half the variance of seeds is of the pre-training: one for each seed, one for all, or two seeds of each."""
    rng, (seed, *rest) = rng_of("shared", seeds, items), REGIMES["seeds"]
    half, names = HALF * seed, ("one for each seed", "one, of all there are", "one, given", "two seeds of each")
    tallies = {name: Tally() for name in names}
    for _ in range(repetitions):
        made = normal(rng, seeds, items, (half, *rest))[0]
        sources = half * rng.standard_normal((seeds, 1))
        one = Comparison.alone(squares.of(made + sources[0], most=1.0))
        tallies[names[0]].add([Comparison.alone(squares.of(made + sources, most=1.0))])
        tallies[names[1]].add([one])
        tallies[names[2]].add([one], float(sources[0, 0]))
        twice = effects(rng, 2 * seeds, items, (half, 0.0, rest[1]), 1)[0].reshape(seeds, 2, items)
        twice = twice + rest[0] * rng.standard_normal(items) + sources[:, None]
        tallies[names[3]].add([Comparison.alone(squares.crossed(twice, most=1.0))])
    return [{"design": name, "rows": 1, **tally.figures()} for name, tally in tallies.items()]


# ------------------------------------------------------------------ families


def asked(rng: np.random.Generator, seeds: int, items: int, regime: str, gain: float) -> list[Question]:
    """Ten strategies at four label budgets: the first row has a gain, and the others have none."""
    made = []
    for budget in range(4):
        drawn = normal(rng, seeds, items, REGIMES[regime])
        drawn[0] += np.float32(gain * (budget == 0))
        made += comparisons([squares.of(each, most=1.0) for each in drawn], pool=True)
    return [Question((each,)) for each in made]


def null(regime: str, seeds: int, items: int, repetitions: int) -> Figures:
    """Ten strategies at four budgets without any gain: runs with at least one HELPS or HURTS."""
    rng, wrong = rng_of("null", regime, seeds), []
    for _ in range(repetitions):
        made = asked(rng, seeds, items, regime, 0.0)
        # Holm claims nothing unless a p is at most .05 / 40, and p and half-width agree
        may = any(abs(each.mean) >= each.half(0.0501 / len(made)) for one in made for each in one.comparisons)
        found = answers(made) if may else []
        wrong.append(any(each.verdict in (Verdict.HELPS, Verdict.HURTS) for each in found))
    return [{"family": 4 * ROWS, **share("any verdict", wrong)}]


def power(regime: str, seeds: int, items: int, repetitions: int) -> Figures:
    """HELPS of a row with +.05: by itself, with the noise of ten rows, and in a family of ten and of forty."""
    rng, found = rng_of("power", regime, seeds), {"alone": [], "1": [], "10": [], "40": []}
    for _ in range(repetitions):
        every = asked(rng, seeds, items, regime, MINIMAL)
        alone = Question((Comparison.alone(every[0].comparisons[0].squares),))
        for name, family in (("alone", [alone]), ("1", every[:1]), ("10", every[:ROWS]), ("40", every)):
            found[name].append(answers(family)[0].verdict is Verdict.HELPS)
    return [{"family": name, **share("power", values)} for name, values in found.items()]


# ------------------------------------------------------------------ looks, the best row


def looks(regime: str, gain: float, family: int, repetitions: int, items: int = 300) -> Figures:
    """A run of at most 20 seeds that is looked at after each, whose first row has a gain.

    decided      HELPS or HURTS; `another` of a row that has no gain
    naive        what would be decided if every look had the level 5 %
    seeds        that were used until the row is decided
    stopped      seeds that were used if the advice is followed; `kept`: HELPS or HURTS then, `equal`: NO DIFFERENCE
    """
    rng, made = rng_of("looks", regime, gain, family), []
    for _ in range(repetitions):
        drawn = normal(rng, MOST, items, REGIMES[regime])[:family]
        drawn[0] += np.float32(gain)
        made.append(watched(drawn))
    means = {key: float(np.mean([each[key] for each in made])) for key in made[0]}
    return [means | share("decided", [each["decided"] for each in made])]


def watched(drawn: np.ndarray) -> dict[str, float]:
    """One run of [K, N, n], looked at after every seed."""
    made = dict.fromkeys(("decided", "naive", "another", "kept", "equal"), 0.0) | {"seeds": MOST, "stopped": 0.0}
    for seeds in range(spending.FIRST, MOST + 1):
        found = comparisons([squares.of(each[:seeds], most=1.0) for each in drawn], pool=len(drawn) > 1)
        look = Look(seeds, MOST, len(drawn))
        level = spending.level(seeds, MOST) / len(drawn)
        crossed = [abs(each.mean) >= each.half(level) for each in found]
        made["naive"] = max(made["naive"], float(abs(found[0].mean) >= found[0].half(0.05)))
        made["another"] = max(made["another"], float(any(crossed[1:])))
        if not made["stopped"] and look.further(Question((found[0],), MINIMAL)) in (0, None):
            equal = abs(found[0].mean) + found[0].half(2 * level) < MINIMAL
            made |= {"stopped": seeds, "kept": float(crossed[0] and not equal), "equal": float(equal)}
        if crossed[0] and not made["decided"]:
            made |= {"decided": 1.0, "seeds": seeds}
        if made["decided"] and len(drawn) == 1:
            break
    return made


def best(regime: str, spread: float, repetitions: int, seeds: int = 6, items: int = 300) -> Figures:
    """The best of ten rows whose gains vary by `spread`: how far its own mean and the shrunk one are from the truth."""
    rng, raw, shrunk, covered = rng_of("best", regime, spread), [], [], []
    for _ in range(repetitions):
        gains = spread * rng.standard_normal(ROWS)
        drawn = normal(rng, seeds, items, REGIMES[regime]) + gains[:, None, None]
        row, found = best_of(list(drawn))
        raw.append(drawn[row].mean() - gains[row])
        shrunk.append(found.estimate - gains[row])
        covered.append(found.low <= gains[row] <= found.high)
    return [{"raw": float(np.mean(raw)), "shrunk": float(np.mean(shrunk)), **share("coverage", covered)}]


# ------------------------------------------------------------------ cells


def cells(repetitions: int) -> Iterator[tuple[str, dict[str, Any], Callable[[], Figures]]]:
    """(table, cell, what makes its figures)."""
    for table, make in (("null", null), ("power", power)):
        for regime in REGIMES if table == "null" else ("pilot",):
            for seeds in SEEDS:
                cell = {"regime": regime, "seeds": seeds, "items": 300}
                yield table, cell, partial(make, **cell, repetitions=repetitions)
    for regime in REGIMES:
        for gain, family in LOOKS[: 3 if regime == "pilot" else 2]:
            cell = {"regime": regime, "gain": gain, "family": family}
            yield "looks", cell, partial(looks, **cell, repetitions=repetitions)
        for spread in (0.0, 0.02):
            cell = {"regime": regime, "spread": spread}
            yield "best", cell, partial(best, **cell, repetitions=repetitions)
    for seeds, items in ((seeds, items) for items in ITEMS for seeds in SEEDS):
        cell = {"seeds": seeds, "items": items}
        yield "collapses", cell, partial(collapses, **cell, repetitions=repetitions)
        yield "shared source", cell, partial(shared_source, **cell, repetitions=repetitions)
        for name in SCENARIOS:
            yield "coverage", {"name": name, **cell}, partial(coverage, name, **cell, repetitions=repetitions)
    for seeds in SEEDS:
        for clusters in (10, 20, 50):
            cell = {"clusters": clusters, "seeds": seeds}
            yield "groups", cell, partial(groups, **cell, repetitions=repetitions)
        for items in (300, 500, 2000):
            for metric in ("macro_f1", "auc"):
                cell = {"metric": metric, "seeds": seeds, "items": items}
                yield "rare class", cell, partial(rare, **cell, repetitions=repetitions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", help="tables, such as coverage, 'rare class', null, power, looks")
    parser.add_argument("--repetitions", type=int, default=2000, help="of a cell")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    made = json.loads(given.json.read_text())["cells"] if given.json and given.json.exists() else []
    there = [(each["table"], each["cell"]) for each in made]
    for table, cell, make in cells(given.repetitions):
        if (table, cell) in there or (given.only and table not in given.only):
            continue
        start = time.process_time()
        figures = make()
        made.append({"table": table, "cell": cell, "figures": figures, "cpu_seconds": time.process_time() - start})
        print(json.dumps(made[-1]), flush=True)
        if given.json:
            what = "python benchmarks/verdicts.py --json benchmarks/results/verdicts.json"
            given.json.write_text(json.dumps({"what": what, "cells": made}, indent=1) + "\n")


if __name__ == "__main__":
    main()
