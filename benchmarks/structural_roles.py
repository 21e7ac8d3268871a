"""Structural roles without labels: airports by how busy they are, by what a model knows of a node.

    RELXFER_MIRROR=... python benchmarks/structural_roles.py FOLDER [--seeds 10]
        [--json benchmarks/results/structural_roles.json]

The sources of the suite `airports` are trained as there, with each kind of features and each model, and asked on the
target unchanged and with `prior-matching`, which takes the classes to be as frequent as in the source; there they are,
since labels are quarters of each network. No option was chosen. Macro-F1 over all nodes of the target. A finished cell
in FOLDER is not run again.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

import relxfer
from relxfer.store import files

SUITE = Path(__file__).parent / "suites" / "airports.toml"
#: The degree as in published tables, one column for each of 239; then what relxfer has instead.
FEATURES: Mapping[str, Mapping[str, Any]] = {
    "degree": {"features": ["degree"], "degrees": 239},
    "structure": {"features": ["structure"]},
    "degree-rank": {"features": ["degree-rank"]},
}
#: The model of the suite, and others with their own defaults.
MODELS: Mapping[str, Mapping[str, Any] | None] = {"suite": None, "gcn": {"use": "gcn"}, "mlp": {"use": "mlp"}}
STRATEGIES = ("zero-shot", "prior-matching")


def configuration(features: str, model: str, seeds: int) -> dict[str, Any]:
    """The suite with other features and another model, and these strategies."""
    suite = tomllib.loads(SUITE.read_text(encoding="utf-8"))
    changed = MODELS[model]
    sources = [source if changed is None else {**source, "model": dict(changed)} for source in suite["source"]]
    seen = {"use": "networks", **FEATURES[features]}
    targets = [{**target, "adapter": seen, "label_budgets": [0]} for target in suite["target"]]
    return {
        "name": f"{features}-{model}", "seeds": seeds, "threads": 1, "device": "cpu", "validator": "last-step",
        "source": sources, "target": targets, "strategy": [{"use": name} for name in STRATEGIES],
        "report": {"baselines": False, "metric": ["accuracy", "macro-f1"]},
    }  # fmt: skip


def measured(features: str, model: str, seeds: int, folder: Path) -> dict[str, Any]:
    """Macro-F1 of each strategy in each direction, means over seeds."""
    results = relxfer.run(configuration(features, model, seeds), folder / f"{features}-{model}", progress=False)
    found: dict[str, dict[str, float]] = {name: {} for name in STRATEGIES}
    for row in results.rows:
        found[row.strategy][f"{row.source} > {row.target}".replace("airports-", "")] = row.metrics["macro-f1"]
    return {"features": features, "model": model, "macro-f1": found}


def show(rows: list[dict[str, Any]], console: Console) -> None:
    directions = list(rows[0]["macro-f1"][STRATEGIES[0]])
    table = Table("features", "model", "strategy", "mean", *directions)
    for row in rows:
        for name, found in row["macro-f1"].items():
            values = (fmean(found.values()), *(found[each] for each in directions))
            table.add_row(row["features"], row["model"], name, *(f"{value:.3f}" for value in values))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = [measured(features, model, given.seeds, given.folder) for features in FEATURES for model in MODELS]
    if given.json:
        files.write_json(
            given.json, {"command": "python benchmarks/structural_roles.py", "seeds": given.seeds, "rows": rows}
        )
    show(rows, Console(width=160))


if __name__ == "__main__":
    main()
