"""Networks without features of nodes: what each kind of features is worth to training from scratch, beside the priors.

    python benchmarks/featureless.py FOLDER --data DATA [--only cora facebook-pages] [--seeds 5] [--budget 200]
        [--json benchmarks/results/featureless.json]

DATA is a folder with the files of NETWORKS, whose features, where there are some, are not used. Each kind of features
is a run of its own, with the same labels, steps and architecture; `chosen` leaves `features` unset. A finished cell in
FOLDER is not run again, and with --json networks that are not run keep their figures.

`short` is the best mean accuracy of label propagation and of the features `identity`, less that of what was chosen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

import relxfer
from relxfer.store import files

#: Name -> file below DATA.
NETWORKS: Mapping[str, str] = {
    "cora": "planetoid/Cora.npz",
    "citeseer": "planetoid/CiteSeer.npz",
    "chameleon": "rozemberczki/wiki_chameleon.npz",
    "facebook-pages": "rozemberczki/facebook_pages.npz",
    "deezer-europe": "rozemberczki/deezer_europe.npz",
    "github-developers": "rozemberczki/github_devs.npz",
}
#: Row -> the option `features`; None: unset.
KINDS: Mapping[str, Sequence[str] | None] = {
    "structure": ["structure"],
    "identity": ["identity"],
    "spectral": ["spectral"],
    "random-walk": ["random-walk"],
    "chosen": None,
}
PRIORS = ("label-propagation", "majority-class")


def configuration(path: Path, kind: str, seeds: int, budget: int) -> dict[str, Any]:
    """Scratch with one kind of features, and the priors."""
    features = KINDS[kind]
    return {
        "name": f"{path.stem}-{kind}",
        "seeds": seeds,
        "threads": 1,
        "device": "cpu",
        "target": [
            {
                "name": path.stem,
                "dataset": {"use": "network-files", "path": str(path), "features": []},
                "adapter": {"use": "networks", **({} if features is None else {"features": list(features)})},
                "model": {"use": "gcn"},
                "label_budgets": [budget],
            }
        ],
        "training": {"steps": 100, "batch_size": budget, "optimizer": "adam", "lr": 1e-2},
        "strategy": ["scratch"],
        "report": {"baselines": kind == "structure"},
    }


def measured(path: Path, folder: Path, seeds: int, budget: int) -> dict[str, Any]:
    """Row -> its accuracies by seed, mean and 95 % interval by Student's t; and what the choice falls short by."""
    rows: dict[str, Any] = {}
    for kind in KINDS:
        results = relxfer.run(configuration(path, kind, seeds, budget), out=folder / path.stem / kind)
        for cell in results.cells:
            if cell.role == "direct":  # there is no source to be left unchanged
                continue
            assert cell.status == "done", f"{cell.strategy} on {cell.target}: {cell.reason}"
            row = kind if cell.role == "scratch" else cell.strategy
            rows.setdefault(row, {}).setdefault(cell.seed, cell.metrics["accuracy"])
    made = {row: summary([values[seed] for seed in sorted(values)]) for row, values in rows.items()}
    best = max(made[row]["mean"] for row in ("label-propagation", "identity"))
    return {"budget": budget, "rows": made, "short": best - made["chosen"]["mean"]}


def summary(values: Sequence[float]) -> dict[str, Any]:
    """The values with their mean and its 95 % interval."""
    mean = float(np.mean(values))
    half = float(stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return {"mean": mean, "low": mean - half, "high": mean + half, "values": list(values)}


def show(found: Mapping[str, Any], console: Console) -> None:
    table = Table("network", *KINDS, *PRIORS, "short")
    for name, one in found.items():
        cells = [f"{r['mean']:.3f} [{r['low']:.3f}, {r['high']:.3f}]" for r in map(one["rows"].get, (*KINDS, *PRIORS))]
        table.add_row(name, *cells, f"{one['short']:+.3f}")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=[*NETWORKS], default=[*NETWORKS])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budget", type=int, default=200)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = json.loads(asked.json.read_text()) if asked.json and asked.json.exists() else {}
    for name in asked.only:
        found[name] = measured(asked.data / NETWORKS[name], asked.folder, asked.seeds, asked.budget)
        if asked.json:
            files.write_json(asked.json, {name: found[name] for name in NETWORKS if name in found})
    show(found, Console(width=200))


if __name__ == "__main__":
    main()
