"""Whether `relxfer recommend` finds what was planted, and what it takes.

    python benchmarks/recommended.py [--folder runs/recommended] [--draws 3] [--minutes 10]
        [--json benchmarks/results/recommended.json]

Targets are networks of 300 nodes in six blocks, 36 of them labelled, which is few enough for a source to help. Each is
drawn anew, with five sources of another draw: `near` is like the target, `shifted` has a constant added to all
features, `renamed` gives the blocks each other's names, `mixed` has links across blocks, and the features of `noise`
say nothing. In the other half of the cases there are `renamed` and `renamed-2` alone. Seconds are of CPU time, because
they do not depend on what else the machine does; with one worker on one thread, a machine with nothing else to do takes
as many. A case that is in the folder is not run again, and keeps its seconds in the JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import relxfer
from relxfer.store import files

BLOCKS = {"use": "blocks", "nodes": 300, "blocks": 6, "signal": 0.7, "mean_degree": 6.0}
SHIFTS: dict[str, dict[str, Any]] = {
    "noise": {"signal": 0.0},
    "renamed": {"relabel": 1},
    "mixed": {"homophily": 0.3},
    "shifted": {"shift": 2.0},
    "near": {},
    "renamed-2": {"relabel": 2},
}
CASES = {"related": ("noise", "renamed", "mixed", "shifted", "near"), "none": ("renamed", "renamed-2")}


def config(case: str, draw: int) -> dict[str, Any]:
    """A target and its candidate sources; the first row is that of a source that is not the best."""
    sources = [
        {
            "name": name,
            "model": "gcn",
            "datasets": [{**BLOCKS, "seed": 100 + 10 * draw + number, "test_fraction": 0.0, **SHIFTS[name]}],
            "shared": True,
            "training": {"steps": 200, "batch_size": 32, "lr": 0.01},
        }
        for number, name in enumerate(CASES[case])
    ]
    return {
        "name": f"{case}-{draw}",
        "seeds": 6,
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": {**BLOCKS, "seed": draw, "test_fraction": 0.7}, "model": "gcn", "label_budgets": [36]},
        "training": {"steps": 40, "batch_size": 32, "lr": 0.01, "validations": 4},
        "strategy": ["finetune", "feature-extraction"],
        "source": sources,
    }


def measured(case: str, draw: int, folder: Path, minutes: float) -> dict[str, Any]:
    """What was recommended, what it was expected to gain and gained, and what it took."""
    start = time.process_time()
    made = relxfer.recommend(config(case, draw), folder / f"{case}-{draw}", minutes=minutes, progress=False)
    took, recommended = time.process_time() - start, made.recommendation
    arm, written = made.use, recommended.written
    alternative = None if recommended.against is None else recommended.arms[recommended.against].kind
    row = made.results.row(recommended.arms[recommended.tested].strategy, budget=36)
    scratch = made.results.row("scratch", budget=36)
    rows = [each for each in made.results.rows if each.budget == 36 and each.metrics]
    used = next((each.metrics[each.metric] for each in rows if each.strategy == arm.strategy), None)
    best = max(rows, key=lambda each: each.metrics[each.metric])
    assert row.gain is not None
    assert recommended.expected is not None
    assert written is not None
    return {
        "case": case, "draw": draw, "kind": arm.kind, "source": arm.source, "strategy": arm.strategy, "lr": arm.lr,
        "against": alternative, "used": used, "best": best.metrics[best.metric],
        "best_row": best.strategy, "expected": recommended.expected.mean, "low": recommended.expected.low,
        "high": recommended.expected.high, "accuracy": row.metrics[row.metric],
        "scratch": scratch.metrics[row.metric], "gain": row.gain.estimate, "verdict": str(row.gain.verdict),
        "trainings": recommended.spent.trainings, "minutes": minutes, "cpu_seconds": round(took, 1),
    }  # fmt: skip


def kept(path: Path | None) -> dict[tuple[str, int], float]:
    """What cases took when they were run first, by case and draw."""
    made = json.loads(path.read_text())["cases"] if path and path.exists() else []
    return {(row["case"], row["draw"]): row["cpu_seconds"] for row in made}


def show(rows: list[dict[str, Any]], console: Console) -> None:
    head = "case", "draw", "use", "expected [95 %]", "used", "best on the test", "scratch", "trainings", "CPU s"
    table = Table(*head)
    for row in rows:
        use = f"{row['strategy']} from {row['source']}" if row["source"] else row["strategy"]
        expected = f"{row['expected']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"
        values = f"{row['used']:.3f}", f"{row['best']:.3f} {row['best_row']}", f"{row['scratch']:.3f}"
        figures = str(row["trainings"]), f"{row['cpu_seconds']:.0f}"
        table.add_row(row["case"], str(row["draw"]), use, expected, *values, *figures)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/recommended"))
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows, before = [], kept(given.json)
    for draw in range(given.draws):
        for case in CASES:
            rows.append(measured(case, draw, given.folder, given.minutes))
            rows[-1]["cpu_seconds"] = before.get((case, draw), rows[-1]["cpu_seconds"])
            print(json.dumps(rows[-1]), flush=True)
    if given.json:
        files.write_json(given.json, {"command": "python benchmarks/recommended.py", "cases": rows})
    show(rows, Console(width=160))


if __name__ == "__main__":
    main()
