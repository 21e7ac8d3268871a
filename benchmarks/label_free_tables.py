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

from relxfer.choose.tuning.vote import mean_ranks

HALVES = ("development", "held-out")
#: A candidate loses by the veto where the source's held-out accuracy falls by more than this.
VETO = 0.05
#: Chosen on the development half: the lowest mean regret of rules with at most 5 % of choices below the source.
PROPOSED = "vote of class-shares, mixval"

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
        return mean_ranks(np.stack(given)) if given else None

    return scores


def vetoed(rule: Rule) -> Rule:
    """A rule without the candidates that have forgotten the source; the source unchanged stays."""

    def scores(candidates: Sequence[Mapping[str, Any]]) -> np.ndarray | None:
        made, source = rule(candidates), by("source-val")(candidates)
        if made is None or source is None:
            return made
        return np.where(source < source[0] - VETO, -np.inf, made)

    return scores


def guarded(rule: Rule, name: str) -> Rule:
    """A rule among the source unchanged and those candidates that a second rule puts no lower than it."""

    def scores(candidates: Sequence[Mapping[str, Any]]) -> np.ndarray | None:
        made, guard = rule(candidates), by(name)(candidates)
        return None if made is None or guard is None else np.where(guard < guard[0], -np.inf, made)

    return scores


SINGLE = ("source-val", "entropy", "im", "class-shares", "snd", "mixval", "iw", "dev", "ensv")
RULES: dict[str, Rule] = {
    "source unchanged": lambda candidates: -np.arange(len(candidates), dtype=float),
    **{name: by(name) for name in SINGLE},
    "vote of all": voted(*SINGLE),
    "vote of im, ensv": voted("im", "ensv"),
    "vote of im, source-val": voted("im", "source-val"),
    "vote of im, class-shares": voted("im", "class-shares"),
    "vote of im, class-shares, mixval": voted("im", "class-shares", "mixval"),
    "vote of class-shares, mixval": voted("class-shares", "mixval"),
    "im, vetoed by source-val": vetoed(by("im")),
    "vote of im, class-shares, guarded by class-shares": guarded(voted("im", "class-shares"), "class-shares"),
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
    low, high = interval(regrets, [cell["shift"] for cell, _ in chosen])
    return {
        "cells": len(made), "mean": float(regrets.mean()), "low": low, "high": high,
        "p90": float(np.quantile(regrets, 0.9)), "max": float(regrets.max()),
        "worst": made[int(regrets.argmax())][0]["shift"] + ", " + made[int(regrets.argmax())][0]["strategy"],
        "below": float(np.mean(below)), "gain": float(np.mean(gains)),
    }  # fmt: skip


def interval(values: np.ndarray, shifts: Sequence[str]) -> tuple[float, float]:
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


def lines(found: Mapping[str, Any]) -> list[str]:
    """The table in Markdown: the mean regret on the development half, and all figures of the half that was held out."""
    head = ("rule", "development", "held-out", "p90", "largest", "below the source", "gain")
    made = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, parts in found["rules"].items():
        first, of = (parts[half] for half in HALVES)
        if of["cells"]:
            means = (_with_interval(first), _with_interval(of))
            below = f"{round(of['below'] * of['cells'])} of {of['cells']}"
            rest = (f"{of['p90']:.1f}", f"{of['max']:.1f}", below, f"{of['gain']:+.1f}")
            made.append(f"| {' | '.join((name, *means, *rest))} |")
    return made


def _with_interval(of: Mapping[str, Any]) -> str:
    return f"{of['mean']:.1f} [{of['low']:.1f}, {of['high']:.1f}]" if of["cells"] else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/label_free.json"))
    cells = json.loads(parser.parse_args().json.read_text(encoding="utf-8"))["cells"]
    print(*lines(summary(cells)), sep="\n")


if __name__ == "__main__":
    main()
