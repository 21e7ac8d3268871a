"""Suites without target labels: options that were chosen by hand on target labels, against options tuned without them.

    RELXFER_MIRROR=... python benchmarks/tuned_suites.py FOLDER [--only airports twitch citation digits_pad]
        [--json benchmarks/results/tuned_suites.json]

Each suite is run as `relxfer bench SUITE --tune` runs it: as it is written, and with options of every row that
`relxfer tune` chose by the suite's label-free validator, starting from the default options. `over zero-shot` is the
gain over the source unchanged in the deciding metric, with its 95 % interval; a row is below the source where that lies
below 0. Published values are means over the same directions, where a model has all of them. A finished cell in FOLDER
is not run again, and with --json suites that are not run keep their figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

from relxfer.bench import references, suites, tuned
from relxfer.bench.suites import Suite
from relxfer.choose.tuning.tuning import tune
from relxfer.execute.runner import run
from relxfer.plugins.finder import Plugins
from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.store import files

UNCHANGED = "zero-shot"


@dataclass(frozen=True)
class Size:
    """How much of a suite is run: seeds, trials of each row with their seeds, rows beside the unchanged, targets."""

    seeds: int
    trials: int
    trial_seeds: int
    rows: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


SIZES = {
    "airports": Size(5, 8, 1),
    "twitch": Size(3, 4, 1),
    "citation": Size(3, 4, 1, ("mmd",)),
    "digits_pad": Size(1, 4, 1, ("mmd", "dann", "mcc")),
}


def sized(name: str, size: Size) -> Suite:
    """The suite with these seeds, and those of its rows and targets that are run."""
    changes = [f"seeds={size.seeds}", f"tune.seeds={size.trial_seeds}"]
    suite = suites.load(name, references.load(), changes).only(size.targets)
    rows = [row for row in suite.tables["strategy"] if not size.rows or row["use"] in (UNCHANGED, *size.rows)]
    return replace(suite, tables={**suite.tables, "strategy": rows})


def measured(name: str, size: Size, folder: Path, plugins: Plugins) -> dict[str, Any]:
    """Both runs of a suite, row by row."""
    suite = sized(name, size)
    written = run(suite.resolve(plugins), plugins, folder / name)
    variant = tuned.variant(suite, size.trials).resolve(plugins)
    chosen, _ = tune(variant, plugins, folder / f"{name}-tuned")
    results = run(chosen, plugins, folder / f"{name}-tuned")
    return {
        "gains_in": results.rows[0].metric,
        "seeds": size.seeds,
        "trials": size.trials,
        "trial_seeds": size.trial_seeds,
        "chosen": {
            "written": tuned.told(suite.options, written, plugins),
            "tuned": tuned.told(suite.options, results, plugins),
        },
        "rows": list(_rows(suite.options.metrics, written, results)),
        "published": {metric: _published(suite, results, metric) for metric in suite.options.metrics},
    }


def _rows(metrics: Sequence[str], written: Results, results: Results) -> Iterator[dict[str, Any]]:
    """The rows of the tuned run, each beside the same row as written, at the budget that is compared."""
    before = {(row.source, row.target, row.strategy, row.budget): row for row in written.rows}
    for row in results.rows:
        other = before[row.source, row.target, row.strategy, row.budget]
        yield {
            "source": row.source, "target": row.target, "strategy": row.strategy,
            "written": {metric: other.metrics[metric] for metric in metrics},
            "tuned": {metric: row.metrics[metric] for metric in metrics},
            "written over zero-shot": _gain(other), "tuned over zero-shot": _gain(row),
            "options": dict(row.choice.changes) if row.choice else {},
        }  # fmt: skip


def _gain(row: Row) -> dict[str, float] | None:
    gain = row.gain
    return None if gain is None else {"estimate": gain.estimate, "low": gain.low, "high": gain.high}


def _published(suite: Suite, results: Results, metric: str) -> dict[str, float]:
    """Model -> the mean of its published values over the directions of the run, where it has all of them."""
    published = references.load()
    places = list(dict.fromkeys((row.source, row.target) for row in results.rows))
    means = {}
    for model in suite.options.published:
        found = [value for source, target in places for value in published.of(target, [model], source)]
        values = [value.metrics[metric] for value in found if metric in value.metrics]
        if values and len(values) == len(places):
            means[published.models[model].name] = fmean(values)
    return means


def show(name: str, suite: Mapping[str, Any], console: Console) -> None:
    """Means over directions of every row, and published ones; of how many directions a row is below the source."""
    table = Table(name, "metric", "on target labels", "without them", "below the source, of both")
    for metric, published in suite["published"].items():
        for row in dict.fromkeys(row["strategy"] for row in suite["rows"]):
            rows = [each for each in suite["rows"] if each["strategy"] == row]
            means = (fmean(each[kind][metric] for each in rows) for kind in ("written", "tuned"))
            below = (sum(_below(r[f"{kind} over zero-shot"]) for r in rows) for kind in ("written", "tuned"))
            told = "" if row == UNCHANGED else " and ".join(f"{count} of {len(rows)}" for count in below)
            table.add_row(row, metric, *(f"{mean:.3f}" for mean in means), told)
        for model, value in published.items():
            table.add_row(f"published: {model}", metric, f"{value:.3f}", "", "")
    console.print(table)


def _below(gain: Mapping[str, float] | None) -> bool:
    return gain is not None and gain["high"] < 0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    plugins = Plugins.load()
    kept = json.loads(given.json.read_text())["suites"] if given.json and given.json.exists() else {}
    for name in given.only:
        kept[name] = measured(name, SIZES[name], given.folder, plugins)
        if given.json:
            files.write_json(given.json, {"command": "python benchmarks/tuned_suites.py", "suites": kept})
        show(name, kept[name], Console(width=160))


if __name__ == "__main__":
    main()
