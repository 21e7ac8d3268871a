"""What an executor costs beside the cells: 64 cells that sleep, so that they take the same time wherever they run.

    python benchmarks/executor_overhead.py [EXECUTOR...]

writes benchmarks/results/executor_overhead.json. Each cell sleeps for `SECONDS` in all its steps, so that cells that
run side by side do not slow one another; what the processor does for a cell (a training of the blobs, its evaluation
and its files) comes on top, in the serial run too. For an executor with `jobs` workers

    ideal     the wall time of the serial run / jobs
    overhead  (wall / ideal - 1)
    per_cell  (wall * jobs - wall of the serial run) / cells, in milliseconds of a worker's time

`overhead_10_s` is what `per_cell` would be of cells of 10 s. Wall times are those of the whole command.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from relxfer.testing import blobs

CELLS, SECONDS, STEPS, JOBS = 64, 1.0, 20, 2
RESULT = Path(__file__).with_name("results") / "executor_overhead.json"
PLUGIN = f"""
import time
from relxfer import TransferStrategy, hookimpl

relxfer_api_version = 2

class Sleeps:
    def __init__(self, options):
        self.options = options

    def transfer(self, cell):
        def loss(step, batch):
            time.sleep({SECONDS / STEPS})
            return cell.learner.loss(batch)
        cell.trainer.fit(cell.learner, loss, cell.target.train)
        return cell.learner

@hookimpl
def relxfer_transfer_strategies():
    needs = ("gradients", "target-labels")
    return [TransferStrategy(name="sleeps", load=f"{{__name__}}:Sleeps", needs=needs)]
"""
CONFIG = f"""
seeds = {CELLS}
threads = 1
device = "cpu"
target = {{ dataset = "blobs-target" }}
training = {{ steps = {STEPS}, batch_size = 8, validations = 2 }}
strategy = [{{ use = "sleeps" }}]
report = {{ baselines = false }}
"""
EXECUTORS = {
    "serial": "{use = 'serial'}",
    "processes": f"{{use = 'processes', jobs = {JOBS}}}",
    "joblib": f"{{use = 'joblib', jobs = {JOBS}}}",
    "ray": f"{{use = 'ray', jobs = {JOBS}}}",
    "slurm-local": f"{{use = 'slurm', jobs = {JOBS}, cluster = 'local', folder = 'submitted'}}",
}


def measured(folder: Path, name: str) -> dict[str, float]:
    """Wall and CPU seconds of a run."""
    command = [sys.executable, "-m", "relxfer", "run", "cells.toml", "-q", "--out", name]
    command += ["--plugin", blobs.__file__, "--plugin", "sleeps.py", "--set", f"executor={EXECUTORS[name]}"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    done = len(list((folder / name / "cells").glob("*/outcome.json")))
    assert done == CELLS, f"expected {CELLS} cells, got {done}"
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1)}


def main(names: list[str]) -> None:
    found = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    runs = found.get("runs", {})
    for name in names or list(EXECUTORS):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "cells.toml").write_text(CONFIG)
            (Path(folder) / "sleeps.py").write_text(PLUGIN)
            load = os.getloadavg()[0]
            runs[name] = {**measured(Path(folder), name), "load_before": round(load, 1)}
            print(name, runs[name], flush=True)
    serial = runs["serial"]["wall_s"]
    for name, run in runs.items():
        if name != "serial":
            per_cell = (run["wall_s"] * JOBS - serial) / CELLS
            run["overhead"] = round(run["wall_s"] * JOBS / serial - 1, 3)
            run["per_cell_ms"] = round(1000 * per_cell)
            run["overhead_10_s"] = round(per_cell / 10, 3)
    what = {"cells": CELLS, "seconds_slept_in_a_cell": SECONDS, "jobs": JOBS, "cores": os.cpu_count(), "runs": runs}
    RESULT.write_text(json.dumps(what, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
