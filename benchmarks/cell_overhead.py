"""CPU time of the engine for a trivial cell, and of the check that its stored model predicts as the judged learner.

    python benchmarks/cell_overhead.py [--cells 240]

A cell takes one step on 6 or on all of 36 points in the plane, so that nearly all of its time is the engine's: views,
fingerprints, files, validation, evaluation, the check, and the cell's share of planning and collecting results. The
cells run in this process, after a warm-up run; user and system time of the whole process count. Other work on the
machine changes the figures, so compare two versions in turns, several times.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import relxfer
from relxfer.execute.stored import reload
from relxfer.testing import blobs

TRAINING = {"steps": 1, "batch_size": 8, "validations": 1}


def run(folder: Path, source: dict[str, Any], seeds: int) -> relxfer.Results:
    config = {
        "seeds": seeds,
        "threads": 1,
        "device": "cpu",
        "source": {"name": "source", **source},
        "target": {"dataset": "blobs-target", "label_budgets": [6, "all"]},
        "training": TRAINING,
        "strategy": {"use": "finetune"},
        "report": {"baselines": False},
    }
    return relxfer.run(config, folder, plugins=[blobs])


def used() -> float:
    """Seconds of user and system time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=240, help="number of cells")
    cells, check, checks = parser.parse_args().cells, reload.check, []

    def measured(*given: Any) -> None:
        start = time.process_time()
        check(*given)
        checks.append(time.process_time() - start)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder / "source", {"datasets": ["blobs-source"], "training": TRAINING}, 1)
        source = {"checkpoint": str(next((folder / "source" / "sources").glob("*/model.safetensors")))}
        run(folder / "warm-up", source, 8)
        reload.check = measured
        start = used()
        results = run(folder / "run", source, cells // 2)
        seconds = used() - start
    assert all(cell.status == "done" for cell in results.cells)
    ended = len(results.cells)
    print(f"{ended} cells, {1000 * seconds / ended:.2f} ms of CPU each")
    median, mean = 1000 * statistics.median(checks), 1000 * statistics.mean(checks)
    print(
        f"of which the check that the stored model predicts as the judged one {median:.2f} (median), {mean:.2f} (mean)"
    )


if __name__ == "__main__":
    main()
