"""Adapting a finished source against training from new weights: mmd and dann, with the same data and options.

    RELXFER_MIRROR=... python benchmarks/joint_training.py FOLDER [--only airports digits] [--seeds 10]
        [--mnist-m mnist_m.npz] [--json benchmarks/results/joint_training.json]

Each strategy has three rows. `adapted` starts from the source model, as the suites do. `joint` starts from new weights
(`start = "new"`) and has as many steps as the pre-training and the adaptation together. `longer` adapts the finished
source with that many steps, so that a difference is not one of steps. Models, training, data and options of airports,
twitch, citation and mnist_m are those of the suites, but for the 200 steps of mnist_m; the options of the first three
were chosen for the row `adapted`, on labels of the targets. --mnist-m names a file of pictures in place of the whole
data set.

Differences are joint - adapted and joint - longer, paired by seed: the mean with its 95 % interval by Student's t over
seeds. A finished cell in FOLDER is not run again, and with --json shifts that are not run keep their figures.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import stats

import relxfer
from relxfer.results.results import Results
from relxfer.store import files

SUITES = Path(__file__).parent / "suites"
#: Shift -> its options of mmd and dann; where the suite has no dann, the factor is that of its other adversarial row.
OPTIONS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "airports": {"mmd": {"alignment_weight": 5.0}, "dann": {"reversal_factor": 0.5}},
    "twitch": {"mmd": {"alignment_weight": 5.0}, "dann": {"reversal_factor": 0.1}},
    "citation": {"mmd": {"alignment_weight": 5.0}, "dann": {"reversal_factor": 0.1}},
    "mnist_m": {"mmd": {}, "dann": {"reversal_factor": 0.1}},
    "digits": {"mmd": {}, "dann": {"reversal_factor": 0.1}},
    "blocks": {"mmd": {}, "dann": {"reversal_factor": 0.1}},
    "borders": {"mmd": {}, "dann": {"reversal_factor": 0.1}},
}
#: Suite -> the source and the target that are run; others are run in all directions.
ONE_WAY = {"twitch": ("twitch-de", "twitch-en"), "citation": ("acmv9", "dblpv7")}
#: Suite -> steps of adaptation that are not its own.
FEWER = {"mnist_m": 200}
#: Shifts of embedded data.
EMBEDDED: Mapping[str, Mapping[str, Any]] = {
    "digits": {
        "source": {"datasets": ["digits"], "model": {"use": "lenet", "size": 24, "width": 64}},
        "target": [{"dataset": "digits-photo"}],
        "training": {"steps": 100, "schedule": "linear", "batch_size": 32, "optimizer": "adam", "lr": 1e-3},
    },
    "blocks": {
        "source": {"datasets": [{"use": "blocks", "test_fraction": 0.0}], "model": {"use": "gcn", "hidden": 32}},
        "target": [
            {"name": "moved", "dataset": {"use": "blocks", "seed": 1, "shift": 2.0, "test_fraction": 1.0}},
        ],
        "training": {"steps": 60, "schedule": "linear", "batch_size": 600, "optimizer": "adam", "lr": 1e-2},
    },
    "borders": {  # whether a country or a state lies at a sea, by its position among its neighbours
        "source": {
            "datasets": [{"use": "geo-world-borders", "test_fraction": 0.0}],
            "model": {"use": "gcn", "hidden": 32},
        },
        "target": [
            {
                "name": "geo-us-borders",
                "dataset": {"use": "geo-us-borders", "test_fraction": 1.0},
                "adapter": {"use": "networks", "features": ["structure"]},
            }
        ],
        "training": {"steps": 60, "schedule": "linear", "batch_size": 600, "optimizer": "adam", "lr": 1e-2},
    },
}
#: Steps of pre-training for each step of adaptation, of embedded data.
BEFORE = {"digits": 3, "blocks": 1, "borders": 1}
KINDS = ("adapted", "longer", "joint")


def configuration(shift: str, seeds: int, pictures: Path | None) -> dict[str, Any]:
    """The run of a shift, of all directions that are run."""
    made = _embedded(shift) if shift in EMBEDDED else _of_suite(shift)
    if shift == "mnist_m" and pictures:
        made["target"][0]["dataset"] = {"use": "image-files", "path": str(pictures.resolve())}
    more = made["source"][0]["training"]["steps"] + made["training"]["steps"]
    return {
        "name": shift,
        "seeds": seeds,
        "threads": 1,
        "device": "cpu",
        "validator": "last-step",
        "source": made["source"],
        "target": [{**target, "label_budgets": [0]} for target in made["target"]],
        "training": {**made["training"], "validations": 0},
        "strategy": [{"use": "zero-shot"}, *rows(OPTIONS[shift], more)],
        "report": {"baselines": False},
    }


def _embedded(shift: str) -> dict[str, Any]:
    made = EMBEDDED[shift]
    training = {key: value for key, value in made["training"].items() if key != "schedule"}
    training |= {"steps": BEFORE[shift] * training["steps"], "validations": 0}
    return {**made, "source": [{**made["source"], "training": training}]}


def _of_suite(shift: str) -> dict[str, Any]:
    suite = tomllib.loads((SUITES / f"{shift}.toml").read_text())
    for room in ("source", "target"):
        suite[room] = suite[room] if isinstance(suite[room], list) else [suite[room]]
    suite["training"]["steps"] = FEWER.get(shift, suite["training"]["steps"])
    if shift in ONE_WAY:
        source, target = ONE_WAY[shift]
        suite["source"] = [one for one in suite["source"] if one["datasets"][0]["use"] == source]
        suite["target"] = [one for one in suite["target"] if one["name"] == target]
    return suite


def rows(options: Mapping[str, Mapping[str, float]], more: int) -> Iterator[dict[str, Any]]:
    """The rows of each strategy; `more` steps are those of pre-training and adaptation together."""
    for use, own in options.items():
        yield {"use": use, "name": f"{use} adapted", **own}
        yield {"use": use, "name": f"{use} longer", **own, "training": {"steps": more}}
        yield {"use": use, "name": f"{use} joint", **own, "start": "new", "training": {"steps": more}}


def measured(results: Results, metric: str) -> Iterator[dict[str, Any]]:
    """Of each direction and strategy: the values by seed, and the differences paired by seed."""
    by_place: dict[tuple[str, str], dict[str, dict[int, float]]] = {}
    for cell in results.cells:
        assert cell.status == "done", f"{cell.strategy} on {cell.target}: {cell.reason}"
        place = by_place.setdefault((str(cell.source), cell.target), {})
        place.setdefault(cell.strategy, {})[cell.seed] = cell.metrics[metric]
    for (source, target), values in by_place.items():
        unchanged = list(values["zero-shot"].values())
        for use in ("mmd", "dann"):
            by_kind = {kind: [values[f"{use} {kind}"][seed] for seed in values["zero-shot"]] for kind in KINDS}
            yield {
                "source": source, "target": target, "strategy": use, "metric": metric,
                "zero-shot": unchanged, **by_kind,
                "joint - adapted": paired(by_kind["joint"], by_kind["adapted"]),
                "joint - longer": paired(by_kind["joint"], by_kind["longer"]),
                "joint - zero-shot": paired(by_kind["joint"], unchanged),
            }  # fmt: skip


def paired(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """The mean difference with its 95 % interval over seeds."""
    differences = np.subtract(ours, theirs)
    half = stats.t.ppf(0.975, len(differences) - 1) * differences.std(ddof=1) / np.sqrt(len(differences))
    mean = float(differences.mean())
    return {"estimate": mean, "low": mean - float(half), "high": mean + float(half)}


def show(found: Sequence[Mapping[str, Any]], console: Console) -> None:
    table = Table("shift", "strategy", "metric", "zero-shot", *KINDS, "joint - adapted", "joint - longer")
    for row in found:
        means = [f"{fmean(row[key]):.3f}" for key in ("zero-shot", *KINDS)]
        gaps = [row[f"joint - {kind}"] for kind in ("adapted", "longer")]
        told = [f"{gap['estimate']:+.3f} [{gap['low']:+.3f}, {gap['high']:+.3f}]" for gap in gaps]
        table.add_row(f"{row['source']} > {row['target']}", row["strategy"], row["metric"], *means, *told)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(OPTIONS), choices=list(OPTIONS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--mnist-m", type=Path, help="a file of pictures in place of the data set mnist-m")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    kept = json.loads(given.json.read_text())["shifts"] if given.json and given.json.exists() else {}
    for shift in given.only:
        results = relxfer.run(configuration(shift, given.seeds, given.mnist_m), given.folder / shift, progress=False)
        kept[shift] = [row for metric in ("macro-f1", "accuracy") for row in measured(results, metric)]
        if given.json:
            files.write_json(given.json, {"command": "python benchmarks/joint_training.py", "shifts": kept})
        show(kept[shift], Console(width=180))


if __name__ == "__main__":
    main()
