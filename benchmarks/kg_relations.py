"""Relation prediction, (h, ?, t), on whole test sets: given weights beside the priors, without labels of the target.

    RELXFER_MIRROR=... python benchmarks/kg_relations.py --weights trix_relation.pth

MRR among all relations, as papers count, and among those that are not known to hold (filtered); ties count as the mean
of their places. Runs go to --runs and are not repeated.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

import relxfer

GRAIL = [
    f"{family}_v{i}_ind" for family in ("fb237", "wn18rr", "nell") for i in (1, 2, 3, 4) if (family, i) != ("nell", 3)
]
INGRAM = [*(f"nl-{i}_ind" for i in (0, 25, 50, 100)), *(f"wk-{i}_ind" for i in (25, 75, 100))]


def measured(name: str, weights: Path, runs: Path) -> dict[str, object]:
    """The figures of one set, by row."""
    results = relxfer.run(
        {
            "seeds": 1,
            "threads": 1,
            "device": "cpu",
            "source": {"checkpoint": str(weights.resolve()), "model": "trix"},
            "target": {"dataset": name, "task": "relation-prediction", "label_budgets": [0]},
            "strategy": ["zero-shot"],
            "calibrator": "none",
        },
        runs / name,
    )
    (target,) = results.targets.values()
    rows = {
        cell.strategy: {key: cell.metrics[key] for key in ("mrr", "filtered-mrr")}
        for cell in results.cells
        if cell.metrics
    }
    return {"set": name, "pairs": target.counts["test"].queries, "rows": rows}


def show(rows: list[dict], console: Console) -> None:
    names = list(rows[0]["rows"])
    table = Table("set", "pairs", *names)
    for row in rows:
        cells = (f"{of['mrr']:.4f} / {of['filtered-mrr']:.4f}" for of in (row["rows"][name] for name in names))
        table.add_row(row["set"], f"{row['pairs']:,}", *cells)
    console.print(table)
    for group in (GRAIL, INGRAM):
        of = [row for row in rows if row["set"] in group]
        for name in names if of else ():
            mean = sum(row["rows"][name]["mrr"] for row in of) / len(of)
            console.print(f"{name}: mean MRR {mean:.4f} over {len(of)} sets, {of[0]['set']} to {of[-1]['set']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="weights of TRIX for relation prediction")
    parser.add_argument("--sets", nargs="*", default=[*GRAIL, *INGRAM], help="names of data sets")
    parser.add_argument("--runs", type=Path, default=Path("runs/kg_relations"), help="where the runs go")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    rows = [measured(name, given.weights, given.runs) for name in given.sets]
    show(rows, Console(width=None if Console().is_terminal else 120))
    if given.json:
        given.json.write_text(
            json.dumps({"weights": given.weights.name, "rows": rows}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
