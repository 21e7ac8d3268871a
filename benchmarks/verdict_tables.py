"""The tables of docs/verdicts.md, from what `benchmarks/verdicts.py` measured.

python benchmarks/verdict_tables.py [--json benchmarks/results/verdicts.json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

Cells = Sequence[dict[str, Any]]
SEEDS = (3, 6, 10)
REGIMES = {"pilot": "as in the pilot", "seeds": "seeds most", "items": "items most"}
METRICS = {"macro_f1": "macro F1", "auc": "area under the ROC curve"}
FAMILIES = {
    "alone": "by itself",
    "1": "with the noise of ten rows",
    "10": "in a family of 10",
    "40": "in a family of 40",
}


def found(cells: Cells, table: str, **where: Any) -> dict[str, Any]:
    """The figures of a table whose cell or own values are these."""
    for each in (each for each in cells if each["table"] == table):
        for figures in each["figures"]:
            values = each["cell"] | figures
            if all(values[key] == value for key, value in where.items()):
                return values
    raise KeyError(f"{table}: {where}")


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


def covered(figures: dict[str, Any]) -> str:
    return f"{percent(figures['coverage'])} ({figures['oracle']:.2f})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def by_seeds(make: Callable[[int], str]) -> list[str]:
    return [make(seeds) for seeds in SEEDS]


def coverage(cells: Cells) -> str:
    names = dict.fromkeys(each["cell"]["name"] for each in cells if each["table"] == "coverage")
    head = ["differences", "items", *(f"{seeds} seeds, alone" for seeds in SEEDS), *(f"{s}, of ten" for s in SEEDS)]
    rows = []
    for name, items in ((name, items) for name in names for items in (50, 300, 2000)):
        where = {"name": name, "items": items}
        made = [covered(found(cells, "coverage", **where, rows=rows_, seeds=s)) for rows_ in (1, 10) for s in SEEDS]
        rows.append([name, f"{items:,}", *made])
    return table(head, rows)


def groups(cells: Cells) -> str:
    rows = []
    for clusters in (10, 20, 50):
        for units, words in (("items", "taken as items"), ("clusters", "taken as groups")):
            where = {"clusters": clusters, "units": units}
            rows.append(
                [str(clusters), words, *by_seeds(lambda s, w=where: covered(found(cells, "groups", **w, seeds=s)))]
            )
    return table(["groups", "", *(f"{seeds} seeds" for seeds in SEEDS)], rows)


def rare(cells: Cells) -> str:
    rows = []
    for metric, words in METRICS.items():
        for items in (300, 500, 2000):
            where = {"metric": metric, "items": items}
            made = by_seeds(lambda s, w=where: covered(found(cells, "rare class", **w, seeds=s)))
            rows.append([words, f"{items:,}", str(found(cells, "rare class", **where)["of the class"]), *made])
    return table(["metric", "items", "of the rare class", *(f"{seeds} seeds" for seeds in SEEDS)], rows)


def collapses(cells: Cells) -> str:
    rows = []
    for seeds in SEEDS:
        for items in (50, 300, 2000):
            made = found(cells, "collapses", seeds=seeds, items=items)
            shares = (made["failures"]["coverage"], made["none seen"], made["no verdict"])
            rows.append([str(seeds), f"{items:,}", covered(made), *map(percent, shares)])
    return table(
        ["seeds", "items", "gain of runs that train", "share of failures", "no failure seen", "no verdict"], rows
    )


def shared_source(cells: Cells) -> str:
    designs = {
        "one for each seed": "one pre-training for each seed",
        "two seeds of each": "as many pre-trainings as seeds, two seeds of each",
        "one, given": "one pre-training; truth is that of this model",
        "one, of all there are": "one pre-training; truth is that of the recipe",
    }
    rows = []
    for design, words in designs.items():
        for items in (50, 300, 2000):
            where = {"design": design, "items": items}
            made = by_seeds(lambda s, w=where: covered(found(cells, "shared source", **w, seeds=s)))
            rows.append([words, f"{items:,}", *made])
    return table(["design", "items", *(f"{seeds} seeds" for seeds in SEEDS)], rows)


def null(cells: Cells) -> str:
    rows = [
        [words, *by_seeds(lambda s, r=regime: percent(found(cells, "null", regime=r, seeds=s)["any verdict"]))]
        for regime, words in REGIMES.items()
    ]
    return table(["noise", *(f"{seeds} seeds" for seeds in SEEDS)], rows)


def power(cells: Cells) -> str:
    rows = [
        [words, *by_seeds(lambda s, f=family: percent(found(cells, "power", family=f, seeds=s)["power"]))]
        for family, words in FAMILIES.items()
    ]
    return table(["the row is judged", *(f"{seeds} seeds" for seeds in SEEDS)], rows)


def looks(cells: Cells) -> str:
    head = [
        "noise", "gain", "rows", "decided", "decided at 5 % each", "another row decided", "seeds used",
        "seeds by the advice", "decided by then", "NO DIFFERENCE by then",
    ]  # fmt: skip
    rows = []
    for regime, words in REGIMES.items():
        for gain, family in ((0.0, 1), (0.05, 1), (0.05, 10))[: 3 if regime == "pilot" else 2]:
            made = found(cells, "looks", regime=regime, gain=gain, family=family)
            rows.append([
                words, f"{gain:.2f}".lstrip("0") if gain else "0", str(family),
                percent(made["decided"]), percent(made["naive"]), percent(made["another"]) if family > 1 else "–",
                f"{made['seeds']:.1f}", f"{made['stopped']:.1f}", percent(made["kept"]), percent(made["equal"]),
            ])  # fmt: skip
    return table(head, rows)


def best(cells: Cells) -> str:
    rows = []
    for regime, words in REGIMES.items():
        for spread in (0.0, 0.02):
            made = found(cells, "best", regime=regime, spread=spread)
            biases = (f"{made[key]:+.4f}".replace("0.", ".", 1) for key in ("raw", "shrunk"))
            rows.append([words, f"{spread:.2f}".lstrip("0") if spread else "0", *biases, percent(made["coverage"])])
    return table(["noise", "spread of true gains", "bias of its mean", "bias of the shrunk gain", "coverage"], rows)


TABLES = (coverage, groups, rare, collapses, shared_source, null, power, looks, best)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/verdicts.json"))
    cells = json.loads(parser.parse_args().json.read_text())["cells"]
    for make in TABLES:
        print(f"{make.__name__}\n\n{make(cells)}\n")


if __name__ == "__main__":
    main()
