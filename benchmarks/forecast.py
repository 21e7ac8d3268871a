"""How near the estimate of `relxfer run FILE --dry-run` is to what the run costs, row by row.

    python benchmarks/forecast.py CONFIG.toml ... [--json forecast.json]

Both are measured on the CPU clock of one thread, because on a machine that is not quiet the wall clock says little. The
run is done in a directory that is removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from relxfer.declare import resolve
from relxfer.execute.forecast import forecast
from relxfer.execute.runner import run
from relxfer.plugins.finder import Plugins


def compared(config: Path, plugins: Plugins) -> list[dict[str, Any]]:
    """The estimate and the cost of every source and row, and of the whole run; seconds."""
    experiment = resolve.load(config, plugins, ("threads=1", 'executor="serial"'))
    start = time.process_time()
    foreseen = forecast(experiment, plugins, Path("none"))
    measuring = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        results = run(experiment, plugins, Path(folder) / "run")
        whole = time.process_time() - start
        outcomes = [json.loads(file.read_text()) for file in Path(folder).glob("run/sources/*/outcome.json")]
    rows = [("pre-training", sum(source.seconds or 0 for source in foreseen.sources), _total(outcomes))]
    for row in foreseen.rows:
        names = row.source, row.target, row.strategy
        cells = {c.id: c for c in results.cells if (c.source, c.target, c.strategy) == names and c.status == "done"}
        spent = sum((c.seconds or 0) + (c.evaluation_seconds or 0) for c in cells.values())
        rows.append((" ".join(filter(None, names)), row.seconds or 0, spent))
    rows.append((f"whole run; measuring took {measuring:.1f} s", foreseen.seconds or 0, whole))
    return [{"config": config.name, "row": name, "estimate": a, "spent": b} for name, a, b in rows]


def _total(outcomes: list[dict[str, Any]]) -> float:
    return sum(outcome["seconds"] for outcome in outcomes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    time.perf_counter = time.process_time  # type: ignore[assignment]  # by which a run counts the seconds of its cells
    plugins = Plugins.load()
    rows = [row for config in arguments.configs for row in compared(config, plugins)]
    table = Table("configuration", "row", "estimate", "spent", "ratio")
    for row in rows:
        ratio = f"{row['estimate'] / row['spent']:.2f}" if row["spent"] else ""
        table.add_row(row["config"], row["row"], f"{row['estimate']:.2f}", f"{row['spent']:.2f}", ratio)
    Console().print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
