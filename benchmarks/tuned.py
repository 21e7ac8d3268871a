"""What tuning changes: twelve pairs of embedded data, tuned against the options as they are written.

    python benchmarks/tuned.py [--folder runs/tuned] [--only NAME ...] [--trials 16]
        [--json benchmarks/results/tuned.json]

Each pair is run twice with the same seeds: with the options below, and with those that `relxfer tune` chose for
fine-tuning and for scratch, by the validation labels of the budget, among as many trials each. Rows of the two runs are
paired by seed and test item, with the rule of `relxfer compare`. The list of pairs was written before the first result.
A pair that is in the folder is not run again, and with --json pairs that are not run keep their figures.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import relxfer
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results.comparing import pairing
from relxfer.store import files

SEEDS = 6
NODES = {"steps": 60, "batch_size": 1024, "lr": 1e-2, "validations": 6}
GCN = {"use": "gcn", "hidden": 16, "layers": 1, "dropout": 0.2}
PICTURES = {"steps": 120, "batch_size": 16, "lr": 2e-3, "validations": 6}
LENET = {"use": "lenet", "size": 24, "width": 64}
GRAPH = {"steps": 100, "epochs": 20, "batch_size": 8, "lr": 2e-3, "validations": 4}
ULTRA = {"use": "ultra", "dim": 16, "relation_layers": 3, "entity_layers": 3}


@dataclass(frozen=True)
class Pair:
    """A source, a target, and how both are trained."""

    name: str
    source: Mapping[str, Any]
    target: Mapping[str, Any]
    training: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "seeds": SEEDS,
            "threads": 1,
            "device": "cpu",
            "source": {"shared": True, **self.source},
            "target": self.target,
            "training": self.training,
            "validator": {"use": "target-val", "max_queries": 256},
            "strategy": ["finetune"],
            **self.more,
        }


def pairs() -> Iterator[Pair]:
    """The pairs: six of networks, four of pictures, two of knowledge graphs."""
    shifts: list[tuple[str, dict[str, Any], int]] = [
        ("nodes-same", {}, 60),
        ("nodes-shift-1", {"shift": 1.0}, 60),
        ("nodes-shift-2", {"shift": 2.0}, 60),
        ("nodes-homophily", {"homophily": 0.3}, 60),
        ("nodes-renamed", {"relabel": 1}, 60),
        ("nodes-same-all", {}, 126),
    ]
    for number, (name, shift, labels) in enumerate(shifts):
        blocks = {"use": "blocks", "nodes": 420, "signal": 1.0, "mean_degree": 6.0}
        source = {"datasets": [{**blocks, "seed": 2 * number, "test_fraction": 0.0, **shift}], "model": GCN}
        dataset = {**blocks, "seed": 2 * number + 1, "test_fraction": 0.7}
        target = {"dataset": dataset, "model": GCN, "label_budgets": [labels]}
        yield Pair(name, {**source, "training": {**NODES, "steps": 100}}, target, NODES)
    for name, classes, labels in (
        ("digits-to-photo-50", None, 50),
        ("digits-to-photo-200", None, 200),
        ("digits-to-new-classes-50", ([0, 1, 2, 3, 4], [5, 6, 7, 8, 9]), 50),
        ("digits-to-new-classes-200", ([0, 1, 2, 3, 4], [5, 6, 7, 8, 9]), 200),
    ):
        ours, theirs = ({"classes": of} for of in classes) if classes else ({}, {})
        source = {"datasets": [{"use": "digits", **ours}], "model": LENET, "training": {**PICTURES, "steps": 600}}
        target = {"dataset": {"use": "digits-photo", **theirs}, "model": LENET, "label_budgets": [labels]}
        yield Pair(name, source, target, PICTURES)
    for labels in (40, 400):
        source = {"datasets": ["geo-world"], "model": ULTRA, "training": {**GRAPH, "steps": 200, "epochs": None}}
        source["training"] = {key: value for key, value in source["training"].items() if value is not None}
        yield Pair(f"geo-{labels}", source, {"dataset": "geo-us", "model": ULTRA, "label_budgets": [labels]}, GRAPH)


def measured(pair: Pair, folder: Path, trials: int, scorer: Scorer) -> dict[str, Any]:
    """The metrics of fine-tuning and of scratch, written and tuned, and what tuning changes."""
    start = time.process_time()
    written = relxfer.run(pair.config(), folder / pair.name / "written", progress=False)
    tuned = relxfer.tune(pair.config(), folder / pair.name / "tuned", trials=trials, progress=False)
    compared = {row.strategy: row for row in pairing.pair(written, tuned, scorer).rows}
    metric = written.targets[written.rows[0].target].metrics[0].name
    found: dict[str, Any] = {"pair": pair.name, "metric": metric, "trials": trials}
    for name in ("finetune", "scratch"):
        made, choice = compared[name].metrics[metric], tuned.row(name).choice
        assert choice is not None
        found[name] = {
            "written": made.a, "tuned": made.b, "difference": made.difference.estimate, "low": made.difference.low,
            "high": made.difference.high, "verdict": str(made.verdict or made.reason), "options": dict(choice.changes),
        }  # fmt: skip
    for label, results in (("written", written), ("tuned", tuned)):
        gain = results.row("finetune").gain
        assert gain is not None
        verdict = str(gain.verdict or gain.note)
        found[f"gain_{label}"] = {"gain": gain.estimate, "low": gain.low, "high": gain.high, "verdict": verdict}
    return {**found, "cpu_seconds": round(time.process_time() - start, 1)}


def show(rows: list[dict[str, Any]], console: Console) -> None:
    table = Table(
        "pair", "metric", "row", "written", "tuned", "difference [95 %]", "verdict", "gain written", "gain tuned"
    )
    for row in rows:
        gains = [f"{row[key]['gain']:+.3f} {row[key]['verdict']}" for key in ("gain_written", "gain_tuned")]
        for name in ("finetune", "scratch"):
            of = row[name]
            difference = f"{of['difference']:+.3f} [{of['low']:+.3f}, {of['high']:+.3f}]"
            places = (row["pair"], row["metric"]) if name == "finetune" else ("", "")
            values = f"{of['written']:.3f}", f"{of['tuned']:.3f}"
            table.add_row(*places, name, *values, difference, of["verdict"], *(gains if name == "finetune" else ()))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/tuned"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--trials", type=int, default=16)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    scorer = Scorer(Plugins.load())
    kept = json.loads(given.json.read_text())["pairs"] if given.json and given.json.exists() else []
    rows = {row["pair"]: row for row in kept}
    for pair in pairs():
        if given.only and pair.name not in given.only:
            continue
        rows[pair.name] = measured(pair, given.folder, given.trials, scorer)
        print(json.dumps(rows[pair.name]), flush=True)
        if given.json:
            files.write_json(given.json, {"command": "python benchmarks/tuned.py", "pairs": list(rows.values())})
    show(list(rows.values()), Console(width=160))


if __name__ == "__main__":
    main()
