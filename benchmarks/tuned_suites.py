"""Suites without target labels: options that were chosen by hand on target labels, against options tuned without them.

    RELXFER_MIRROR=... python benchmarks/tuned_suites.py FOLDER [--only airports twitch digits_pad]
        [--json benchmarks/results/tuned_suites.json]

Each suite is run as `relxfer bench SUITE --tune` runs it: as it is written, and with options of every row that
`relxfer tune` chose by the suite's label-free validator, starting from the default options. Values are of the deciding
metric of the suite; `over zero-shot` is the paired gain of the tuned row over the source unchanged with its 95 %
interval, and a choice is below the source where that lies below 0. Published values are means over the same directions.
A finished cell in FOLDER is not run again, and with --json suites that are not run keep their figures.
"""

from __future__ import annotations

import argparse
import json
import time
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
    """How much of a suite is run: seeds, trials of each row with their seeds, and the rows beside the unchanged one."""

    seeds: int
    trials: int
    trial_seeds: int
    rows: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


SIZES = {
    "airports": Size(5, 8, 1),
    "twitch": Size(5, 8, 1),
    "digits_pad": Size(3, 8, 1, ("mmd", "dann", "mcc")),
}


def sized(name: str, size: Size) -> Suite:
    """The suite with these seeds, and those of its rows that are run."""
    changes = [f"seeds={size.seeds}", f"tune.seeds={size.trial_seeds}", *size.changes]
    suite = suites.load(name, references.load(), changes)
    rows = [row for row in suite.tables["strategy"] if not size.rows or row["use"] in (UNCHANGED, *size.rows)]
    return replace(suite, tables={**suite.tables, "strategy": rows})


def measured(name: str, size: Size, folder: Path, plugins: Plugins) -> dict[str, Any]:
    """Both runs of a suite, row by row, with means over directions."""
    start = time.process_time()
    suite = sized(name, size)
    written = run(suite.resolve(plugins), plugins, folder / name)
    variant = tuned.variant(suite, size.trials).resolve(plugins)
    chosen, _ = tune(variant, plugins, folder / f"{name}-tuned")
    results = run(chosen, plugins, folder / f"{name}-tuned")
    rows = list(_rows(written, results))
    return {
        "metric": results.rows[0].metric,
        "seeds": size.seeds,
        "trials": size.trials,
        "trial_seeds": size.trial_seeds,
        "chosen": {
            "written": tuned.told(suite.options, written, plugins),
            "tuned": tuned.told(suite.options, results, plugins),
        },
        "rows": rows,
        "published": _published(suite, results),
        "cpu_seconds": round(time.process_time() - start, 1),
    }


def _rows(written: Results, tuned: Results) -> Iterator[dict[str, Any]]:
    """The rows of the tuned run, each beside the same row as written, at the budget that is compared."""
    before = {(row.source, row.target, row.strategy, str(row.budget)): row for row in written.rows}
    for row in tuned.rows:
        other = before[row.source, row.target, row.strategy, str(row.budget)]
        yield {
            "source": row.source, "target": row.target, "strategy": row.strategy,
            "written": other.metrics[row.metric], "tuned": row.metrics[row.metric],
            "written over zero-shot": _gain(other), "tuned over zero-shot": _gain(row),
            "options": dict(row.choice.changes) if row.choice else {},
            "selected_by": row.choice.selected_by if row.choice else "",
        }  # fmt: skip


def _gain(row: Row) -> dict[str, float] | None:
    gain = row.gain
    return None if gain is None else {"estimate": gain.estimate, "low": gain.low, "high": gain.high}


def _published(suite: Suite, results: Results) -> dict[str, float]:
    """Model -> the mean of its published values over the directions of the run, where it has all of them."""
    published, metric = references.load(), results.rows[0].metric
    places = list(dict.fromkeys((row.source, row.target) for row in results.rows))
    means = {}
    for model in suite.options.published:
        found = [value for source, target in places for value in published.of(target, [model], source)]
        values = [value.metrics[metric] for value in found if metric in value.metrics]
        if values and len(values) == len(places):
            means[published.models[model].name] = fmean(values)
    return means


def means(suite: Mapping[str, Any]) -> Iterator[tuple[str, float, float, int, int, int]]:
    """Of each row: means over directions as written and tuned, and of how many directions each is below the source."""
    for name in dict.fromkeys(row["strategy"] for row in suite["rows"]):
        rows = [row for row in suite["rows"] if row["strategy"] == name]
        below = [sum(_below(row[f"{kind} over zero-shot"]) for row in rows) for kind in ("written", "tuned")]
        yield name, fmean(r["written"] for r in rows), fmean(r["tuned"] for r in rows), *below, len(rows)


def _below(gain: Mapping[str, float] | None) -> bool:
    return gain is not None and gain["high"] < 0


def show(found: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    table = Table("suite", "row", "on target labels", "without them", "below the source", "published")
    for name, suite in found.items():
        published = ", ".join(f"{model} {value:.3f}" for model, value in suite["published"].items())
        for row, written, tuned_, below_written, below_tuned, count in means(suite):
            below = "" if row == UNCHANGED else f"{below_written} and {below_tuned} of {count}"
            table.add_row(
                f"{name} ({suite['metric']})", row, f"{written:.3f}", f"{tuned_:.3f}", below,
                published if row == UNCHANGED else "",
            )  # fmt: skip
    console.print(table)


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
        show({name: kept[name]}, Console(width=160))


if __name__ == "__main__":
    main()
