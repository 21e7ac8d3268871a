"""The rules that choose among the candidates of a cell, their regrets, and the tables of docs/selection.md.

    python benchmarks/label_free_tables.py [--json benchmarks/results/label_free.json]

Reads what `benchmarks/label_free.py` measured, which says how regrets are defined.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from relxfer_strategies.selecting.among import vote
from rich.console import Console
from rich.table import Table

HALVES = ("development", "held-out")
#: A candidate loses by the veto where the source's held-out accuracy falls by more than this.
VETO = 0.05

#: [K] scores of the candidates of a cell; None where the rule does not apply.
Rule = Callable[[Sequence[Mapping[str, Any]]], np.ndarray | None]


def by(name: str) -> Rule:
    """The scores of one rule."""

    def scores(candidates: Sequence[Mapping[str, Any]]) -> np.ndarray | None:
        if any(name not in each["scores"] for each in candidates):
            return None
        return np.array([each["scores"][name] for each in candidates])

    return scores


def voted(*names: str) -> Rule:
    """The vote of those rules that apply."""

    def scores(candidates: Sequence[Mapping[str, Any]]) -> np.ndarray | None:
        given = [of for name in names if (of := by(name)(candidates)) is not None]
        return vote(np.stack(given)) if given else None

    return scores


def vetoed(rule: Rule) -> Rule:
    """A rule without the candidates that have forgotten the source; the source unchanged stays."""

    def scores(candidates: Sequence[Mapping[str, Any]]) -> np.ndarray | None:
        made, source = rule(candidates), by("source-val")(candidates)
        if made is None or source is None:
            return made
        return np.where(source < source[0] - VETO, -np.inf, made)

    return scores


SINGLE = ("source-val", "entropy", "im", "snd", "mixval", "iw", "dev", "ensv")
RULES: dict[str, Rule] = {
    "source unchanged": lambda candidates: -np.arange(len(candidates), dtype=float),
    **{name: by(name) for name in SINGLE},
    "vote of im, mixval, ensv": voted("im", "mixval", "ensv"),
    "vote of im, ensv": voted("im", "ensv"),
    "vote of im, source-val": voted("im", "source-val"),
    "vote of all": voted(*SINGLE),
    "im with veto": vetoed(by("im")),
    "ensv with veto": vetoed(by("ensv")),
    "mixval with veto": vetoed(by("mixval")),
    "vote of im, ensv with veto": vetoed(voted("im", "ensv")),
}


def choice(scores: np.ndarray) -> int:
    """The highest score; of equal ones the first, and the source unchanged is first."""
    return int(np.argmax(scores))


def regret(cell: Mapping[str, Any], chosen: int) -> float:
    """In points."""
    accuracies = [each["accuracy"] for each in cell["candidates"]]
    return 100 * (max(accuracies) - accuracies[chosen])


def judged(rule: Rule, cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of a rule over the cells to which it applies."""
    made = [(cell, scores) for cell in cells if (scores := rule(cell["candidates"])) is not None]
    if not made:
        return {"cells": 0}
    chosen = [(cell, choice(scores)) for cell, scores in made]
    regrets = np.array([regret(cell, index) for cell, index in chosen])
    below = [cell["candidates"][index]["gain"][2] < 0 for cell, index in chosen]
    gains = [100 * cell["candidates"][index]["gain"][0] for cell, index in chosen]
    low, high = _interval(regrets, [cell["shift"] for cell, _ in chosen])
    return {
        "cells": len(made), "mean": float(regrets.mean()), "low": low, "high": high,
        "p90": float(np.quantile(regrets, 0.9)), "max": float(regrets.max()),
        "worst": made[int(regrets.argmax())][0]["shift"] + ", " + made[int(regrets.argmax())][0]["strategy"],
        "below": float(np.mean(below)), "gain": float(np.mean(gains)),
    }  # fmt: skip


def _interval(values: np.ndarray, shifts: Sequence[str]) -> tuple[float, float]:
    """95 % of the means over resampled shifts."""
    names, of = np.unique(shifts, return_inverse=True)
    sums, counts = np.bincount(of, values), np.bincount(of)
    drawn = np.random.default_rng(0).integers(0, len(names), (2000, len(names)))
    low, high = np.quantile(sums[drawn].sum(1) / counts[drawn].sum(1), [0.025, 0.975])
    return float(low), float(high)


def summary(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of every rule, of each half and of all cells."""
    parts = {half: [cell for cell in cells if cell["half"] == half] for half in HALVES}
    return {
        "shifts": len({cell["shift"] for cell in cells}),
        "candidates": int(np.median([len(cell["candidates"]) for cell in cells])) if cells else 0,
        "rules": {
            name: {half: judged(rule, own) for half, own in (parts | {"all": list(cells)}).items()}
            for name, rule in RULES.items()
        },
    }


def show(found: Mapping[str, Any], console: Console) -> None:
    for half in (*HALVES, "all"):
        table = Table("rule", "cells", "mean regret", "p90", "max", "below source", "gain", "worst", title=half)
        for name, parts in found["rules"].items():
            of = parts[half]
            if of["cells"]:
                mean = f"{of['mean']:.1f} [{of['low']:.1f}, {of['high']:.1f}]"
                rest = (f"{of['p90']:.1f}", f"{of['max']:.1f}", f"{of['below']:.1%}", f"{of['gain']:+.1f}", of["worst"])
                table.add_row(name, str(of["cells"]), mean, *rest)
        console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/label_free.json"))
    cells = json.loads(parser.parse_args().json.read_text(encoding="utf-8"))["cells"]
    show(summary(cells), Console(width=160))


if __name__ == "__main__":
    main()
