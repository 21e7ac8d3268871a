"""Relation prediction, (h, ?, t), on whole test sets: given weights beside the priors, without labels of the target.

    RELXFER_MIRROR=... python benchmarks/kg_relations.py --weights kg-relations trix_relation_prediction.pth

MRR among all relations, as papers count, and among those that are not known to hold (filtered); ties count as the mean
of their places. Runs go to --runs and are not repeated.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import relxfer

GRAIL = [
    f"{family}_v{i}_ind" for family in ("fb237", "wn18rr", "nell") for i in (1, 2, 3, 4) if (family, i) != ("nell", 3)
]
INGRAM = [*(f"nl-{i}_ind" for i in (0, 25, 50, 100)), *(f"wk-{i}_ind" for i in (25, 75, 100))]


def measured(name: str, weights: str, runs: Path) -> dict[str, Any]:
    """The figures of one set, by row."""
    file = Path(weights)
    given = {"checkpoint": str(file.resolve())} if file.exists() else {"weights": weights}
    results = relxfer.run(
        {
            "seeds": 1,
            "threads": 1,
            "device": "cpu",
            "source": {**given, "model": "trix"},
            "target": {"dataset": name, "task": "relation-prediction", "label_budgets": [0]},
            "strategy": ["zero-shot"],
            "calibrator": "none",
        },
        runs / file.stem / name,
    )
    (target,) = results.targets.values()
    rows = {
        file.stem if cell.strategy == "zero-shot" else cell.strategy: {
            key: cell.metrics[key] for key in ("mrr", "filtered-mrr")
        }
        for cell in results.cells
        if cell.metrics
    }
    return {"set": name, "pairs": target.counts["test"].queries, "rows": rows}


def show(rows: Sequence[Mapping[str, Any]], console: Console) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row["rows"]))
    table = Table("set", "pairs", *names)
    for row in rows:
        cells = (row["rows"].get(name) for name in names)
        told = (f"{of['mrr']:.4f} / {of['filtered-mrr']:.4f}" if of else "" for of in cells)
        table.add_row(row["set"], f"{row['pairs']:,}", *told)
    console.print(table)
    for group in (GRAIL, INGRAM):
        for name in names:
            of = [row["rows"][name] for row in rows if row["set"] in group and name in row["rows"]]
            if of:
                means = (sum(each[key] for each in of) / len(of) for key in ("mrr", "filtered-mrr"))
                console.print(f"{name}: mean {' / '.join(f'{m:.4f}' for m in means)} over {len(of)} of {group[0]} ...")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--weights", nargs="*", default=["kg-relations"], help="names, or files of TRIX's for relations"
    )
    parser.add_argument("--sets", nargs="*", default=[*GRAIL, *INGRAM], help="names of data sets")
    parser.add_argument("--runs", type=Path, default=Path("runs/kg_relations"), help="where the runs go")
    parser.add_argument("--json", type=Path, help="where the figures go, beside those of other weights that are there")
    given = parser.parse_args()
    rows = json.loads(given.json.read_text(encoding="utf-8"))["rows"] if given.json and given.json.exists() else []
    found = {row["set"]: row for row in rows}
    for name in given.sets:
        for weights in given.weights:
            made = measured(name, weights, given.runs)
            found[name] = {**made, "rows": {**found.get(name, made)["rows"], **made["rows"]}}
            if given.json:
                text = json.dumps({"rows": [found[each] for each in (*GRAIL, *INGRAM) if each in found]}, indent=1)
                given.json.write_text(text + "\n", encoding="utf-8")
    show([found[name] for name in given.sets], Console(width=None if Console().is_terminal else 120))


if __name__ == "__main__":
    main()
