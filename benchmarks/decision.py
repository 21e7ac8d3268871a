"""When does transfer help, and can it be foretold: the pairs of `benchmarks/decision.toml`, run and measured.

    RELXFER_MIRROR=... python benchmarks/decision.py FOLDER [--pictures FOLDER] [--only blocks-clear geo-us]

Run it from an installed wheel, so that work on the code invalidates nothing. Runs are kept in FOLDER: after an
interruption the same command goes on. Each target that has ended is written to `benchmarks/results/decision/NAME.json`
and is not run again. Data sets come from the data root and the mirrors; pictures that `of` names with a path come from
--pictures. `benchmarks/decision_tables.py` makes the figures of `docs/decisions.md` from the files.

A file holds, for every row at both label budgets, of each seed the metric on the test, the score on the validation
labels, and the one by which `relxfer recommend` and `relxfer tune` compare them (`later`); the measures of `relxfer
rank-sources`; of fine-tuning against scratch at equal learning rates (`judged`), the verdicts of all seeds and of every
group of six, and whether the gain of all seeds, on one half of the test items, is inside the intervals of six on the
other half; and the gain of the row that validation prefers for each source over the row of scratch that it prefers
(`chosen`).
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from label_free import Pictures
from verdict_pilot import judged, some

import relxfer
from relxfer import Results
from relxfer.choose import relatedness
from relxfer.choose.points import later
from relxfer.declare import resolve
from relxfer.execute.engine import Engine
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results.records import CellResult
from relxfer.results.values import Values, stored_values
from relxfer.store.run_directory import RESULTS

SUITE = Path(__file__).with_suffix(".toml")
FIGURES = Path(__file__).parent / "results" / "decision"
#: Factors on the learning rate. Fine-tuning starts near a solution, and scratch does not.
FINETUNE, SCRATCH = (0.1, 0.3, 1.0), (0.3, 1.0, 3.0)
#: The rows at equal rates, of which verdicts are made.
JUDGED = ("finetune 1", "scratch 1")


def rows_of(kind: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of every run of a kind."""
    made: list[dict[str, Any]] = [{"use": name} for name in kind["strategies"]]
    for factor in FINETUNE:
        name = f"finetune {factor:g}"
        made.append({"use": "finetune", "name": name, "lr_factor": 1.0, "training": {"lr": factor * kind["lr"]}})
    for factor in SCRATCH:
        made.append({"use": "scratch", "name": f"scratch {factor:g}", "training": {"lr": factor * kind["lr"]}})
    return made


def dataset_of(table: Mapping[str, Any], name: str, pictures: Pictures, folder: Path) -> Any:
    """The data set of a source or a target; pictures are written into the folder first."""
    if "dataset" in table:
        return table["dataset"]
    path = folder / "pictures" / name
    if not (path / "test.npz").exists():
        path.mkdir(parents=True, exist_ok=True)
        pictures.write(table["pictures"], path)
    return {"use": "image-files", "train": str(path / "train.npz"), "test": str(path / "test.npz")}


def configuration(suite: Mapping[str, Any], target: Mapping[str, Any], pictures: Pictures, folder: Path) -> Any:
    """The run of a target with all of its sources."""
    kind = suite["kind"][target["kind"]]
    sources = [
        {
            "name": source["name"],
            "datasets": [dataset_of(source, f"{target['name']} {source['name']}", pictures, folder)],
            "model": kind["model"],
            "training": {"steps": 0} if source.get("untrained") else kind["source_training"],
        }
        for source in target["source"]
    ]
    made = {"name": target["name"], "dataset": dataset_of(target, target["name"], pictures, folder)}
    made |= {"model": kind["model"], "label_budgets": target["budgets"]}
    made |= {"adapter": target["adapter"]} if "adapter" in target else {}
    return {
        "name": target["name"], "seeds": suite["seeds"], "threads": 1, "device": "cpu",
        "validator": {"use": "target-val", "max_queries": 256}, "source": sources, "target": made,
        "training": {**kind["training"], **_rate(kind)}, "strategy": rows_of(kind), "report": {"baselines": False},
    }  # fmt: skip


def _rate(kind: Mapping[str, Any]) -> dict[str, float]:
    """The learning rate of rows that have none of their own."""
    return {"lr": kind["lr"]} if set(kind["strategies"]) - {"zero-shot"} else {}


class Pairs:
    """The pairs of a finished run."""

    def __init__(self, results: Results, target: Mapping[str, Any], group: int, plugins: Plugins):
        self.results, self.target, self.group, self.plugins = results, target, group, plugins
        self.values: Values = stored_values(results.store, results.rank_rule, Scorer(plugins))
        self.metric = results.targets[target["name"]].metrics[0].name

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every row that ran: its metric on the test and its validation score, by seed."""
        cells: dict[tuple[Any, ...], list[CellResult]] = {}
        for cell in self.results.cells:
            if cell.status == "done":
                source = None if cell.strategy.startswith("scratch") else cell.source
                cells.setdefault((cell.budget, source, cell.strategy), []).append(cell)
        for (budget, source, strategy), of in cells.items():
            by_seed = {cell.seed: cell for cell in of}.values()
            yield {
                "budget": budget, "source": source, "row": strategy,
                "test": [_rounded(cell.metrics[self.metric]) for cell in by_seed],
                "validation": [_rounded(cell.validation) for cell in by_seed],
                "later": [_rounded(_later(cell)) for cell in by_seed],
                "seconds": _rounded(sum(cell.cpu_seconds or 0.0 for cell in by_seed) / len(by_seed)),
            }  # fmt: skip

    def judged(self) -> Iterator[dict[str, Any]]:
        """Fine-tuning against scratch for every source at both budgets."""
        nulls = [s["name"] for s in self.target["source"] if s.get("untrained") or self.target.get("nothing")]
        for source in self.results.sources:
            for budget in self.target["budgets"]:
                cells = [
                    replace(cell, scratch=JUDGED[1])  # of several rows of scratch, the one at the same rate
                    for cell in self.results.cells
                    if (cell.source, cell.budget) == (source, budget) and cell.strategy in JUDGED
                ]
                yield {"source": source, "budget": budget, "null": source in nulls, **self._verdicts(cells)}

    def chosen(self) -> Iterator[dict[str, Any]]:
        """For every source at both budgets, the row that validation prefers against the one of scratch that it
        prefers."""
        rows = list(self.rows())
        for source in self.results.sources:
            for budget in self.target["budgets"]:
                ours, scratch = (_preferred(rows, budget, of) for of in (source, None))
                cells = [
                    replace(cell, scratch=scratch, role="scratch" if cell.strategy == scratch else "candidate")
                    for cell in self.results.cells
                    if (cell.source, cell.budget) == (source, budget) and cell.strategy in (ours, scratch)
                ]
                seeds = sorted({cell.seed for cell in cells})
                gain = judged(self.results, self.values, seeds, cells, ours)
                estimate = [_rounded(value) for value in (gain.estimate, gain.low, gain.high)]
                rows_of = {"row": ours, "scratch": scratch}
                yield {"source": source, "budget": budget, **rows_of, "gain": estimate, "verdict": gain.verdict}

    def _verdicts(self, cells: Sequence[CellResult]) -> dict[str, Any]:
        seeds = sorted({cell.seed for cell in cells})
        groups = [seeds[start : start + self.group] for start in range(0, len(seeds) - self.group + 1, self.group)]
        whole = judged(self.results, self.values, seeds, cells, JUDGED[0])
        other = judged(self.results, some(self.values, 1), seeds, cells, JUDGED[0])
        few = [judged(self.results, self.values, group, cells, JUDGED[0]) for group in groups]
        halves = [judged(self.results, some(self.values, 0), group, cells, JUDGED[0]) for group in groups]
        return {
            "gain": [_rounded(value) for value in (whole.estimate, whole.low, whole.high)],
            "verdict": whole.verdict,
            "few": [gain.verdict for gain in few],
            "few_gains": [[_rounded(value) for value in (gain.estimate, gain.low, gain.high)] for gain in few],
            "inside": [gain.low <= other.estimate <= gain.high for gain in halves],
        }

    def measures(self, engine: Engine) -> dict[str, Any]:
        """budget -> source -> measure -> its value, or why it has none."""
        return {
            str(budget): {
                pair.source: {
                    name: value if isinstance(value, str) else _rounded(value) for name, value in pair.measures.items()
                }
                for pair in relatedness.pairs(engine, [self.results], budget)
            }
            for budget in self.target["budgets"]
        }


def measured(suite: Mapping[str, Any], target: Mapping[str, Any], pictures: Pictures, folder: Path) -> dict[str, Any]:
    """All figures of a target."""
    run = folder / "runs" / target["name"]
    ended = (run / RESULTS).exists()  # what another version ran is not run again
    results = Results.open(run) if ended else relxfer.run(configuration(suite, target, pictures, folder), run)
    pairs = Pairs(results, target, suite["group"], pictures.plugins)
    engine = Engine(resolve.load(run / "config.toml", pictures.plugins), pictures.plugins, results.store)
    return {
        "target": target["name"], "kind": target["kind"], "metric": pairs.metric, "version": relxfer.__version__,
        "seeds": suite["seeds"], "sources": [source["name"] for source in target["source"]],
        "measures": pairs.measures(engine), "judged": list(pairs.judged()), "chosen": list(pairs.chosen()),
        "rows": list(pairs.rows()),
    }  # fmt: skip


def _later(cell: CellResult) -> float | None:
    """The score by which `relxfer recommend` compares arms, and `relxfer tune` trials."""
    points: list[Any] = [
        {"phase": course.phase, "step": step, "validation": score, "logged": {}}
        for course in cell.courses
        for step, score in zip(course.steps, course.values.get("validation", ()), strict=False)
    ]
    found = later(points)
    return cell.validation if found is None else found


def _preferred(rows: Sequence[Mapping[str, Any]], budget: Any, source: str | None) -> str:
    """The row with the best mean score on validation labels."""
    of = [row for row in rows if (row["budget"], row["source"]) == (budget, source)]
    best = max(of, key=lambda row: float(np.mean(row["validation"])))
    return str(best["row"])


def written(found: Mapping[str, Any]) -> str:
    """JSON with a row in a line."""
    lists = {key: value for key, value in found.items() if key in ("judged", "chosen", "rows")}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items() if key not in lists]
    for key, rows in lists.items():
        lines.append(f" {json.dumps(key)}: [\n" + ",\n".join(f"  {json.dumps(row)}" for row in rows) + "\n ]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where runs are kept")
    parser.add_argument("--pictures", type=Path, help="folder of the files of pictures that are no data sets")
    parser.add_argument("--only", nargs="*", default=[], help="names of targets")
    parser.add_argument("--seeds", type=int, help="fewer seeds, to try it")
    parser.add_argument("--results", type=Path, default=FIGURES, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    suite = tomllib.loads(SUITE.read_text(encoding="utf-8"))
    suite |= {"seeds": given.seeds} if given.seeds else {}
    pictures = Pictures(given.pictures, Plugins.load())
    for target in suite["target"]:
        path = given.results / f"{target['name']}.json"
        if path.exists() or (given.only and target["name"] not in given.only):
            continue
        start = time.process_time()
        found = measured(suite, target, pictures, given.folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(found), encoding="utf-8")
        print(f"{target['name']}: {time.process_time() - start:.0f} CPU s", flush=True)


if __name__ == "__main__":
    main()
