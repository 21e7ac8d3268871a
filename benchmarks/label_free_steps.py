"""Which rule chooses well among the steps of one training when the target has no labels.

    RELXFER_MIRROR=... python benchmarks/label_free_steps.py FOLDER [--pictures FOLDER] [--only blocks digits]
        [--json benchmarks/results/label_free_steps.json]

The shifts and strategies are those of `benchmarks/label_free.toml`; candidates are those with the middle value of the
option, with both learning rates. Each is trained with eight validation points, and the one before the first step, and
each rule chooses one of these points, in a run of its own. Runs train the same: nothing but the choice differs. The
held-out labels of a source of pictures are its own test; networks have none, so that `source-val` leaves the last step
there, as it does in any run. The test of the target says what each choice is worth.

A cell is a shift with a strategy: its figure is the mean accuracy over its candidates, in points. Intervals are over
shifts. Runs are kept in FOLDER, so that the command goes on after an interruption.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import label_free
import label_free_tables
import numpy as np
import torch

import relxfer
from relxfer.plugins.finder import Plugins
from relxfer.results.results import Results

#: The first is the one that others are compared with.
RULES = ("last-step", "source-val", "class-shares")
POINTS = 8
HALVES = (*label_free_tables.HALVES, "all")


def configuration(made: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """The run of the study among models, with validation points and a rule."""
    source = {**made["source"], "datasets": [_validated(each) for each in made["source"]["datasets"]]}
    training = {**made["training"], "validations": POINTS}
    return {**made, "source": source, "training": training, "validator": rule}


def middle(group: Mapping[str, Any]) -> dict[str, Any]:
    """The group with the middle one of the values of every option."""
    strategies = {
        use: {option: [values[len(values) // 2]] for option, values in options.items()}
        for use, options in group["strategies"].items()
    }
    return {**group, "strategies": strategies}


def _validated(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """A source with held-out labels, where it has a test of its own."""
    if "train" not in dataset:
        return dict(dataset)
    return {"use": dataset["use"], "train": dataset["train"], "val": dataset["test"], "test": dataset["test"]}


def cells(group: Mapping[str, Any], source: Mapping[str, Any], runs: Mapping[str, Results]) -> Iterator[dict[str, Any]]:
    """The cells of a source: the accuracy of every candidate by every rule."""
    for target in source["target"]:
        for use in group["strategies"]:
            by_rule = {rule: _accuracies(results, target["name"], use) for rule, results in runs.items()}
            if by_rule[RULES[0]] and all(of.keys() == by_rule[RULES[0]].keys() for of in by_rule.values()):
                where = {"shift": target["name"], "source": source["name"], "group": group["name"]}
                yield {**where, "half": target["half"], "strategy": use, "accuracy": by_rule}


def _accuracies(results: Results, target: str, use: str) -> dict[str, float]:
    found = [cell for cell in results.cells if cell.target == target and cell.strategy.split()[0] == use]
    return {cell.strategy: round(cell.metrics["accuracy"], 6) for cell in found if cell.status == "done"}


# ------------------------------------------------------------------------------------------------------ figures


def summary(cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of each rule and half: the mean accuracy, and its difference from the last step with its interval, in points."""
    parts = {half: [cell for cell in cells if half in (cell["half"], "all")] for half in HALVES}
    rules = {rule: {half: _figures(rule, own) for half, own in parts.items()} for rule in RULES}
    against = {half: _difference("class-shares", "source-val", own) for half, own in parts.items()}
    return {"shifts": len({cell["shift"] for cell in cells}), "rules": rules, "class-shares - source-val": against}


def _figures(rule: str, cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not cells:
        return {"cells": 0}
    mean = float(np.mean([_points(cell, rule) for cell in cells]))
    return {"cells": len(cells), "mean": mean, **_difference(rule, RULES[0], cells)}


def _difference(rule: str, other: str, cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of means over candidates, with an interval over shifts, and in how many cells it is more than a point."""
    if not cells:
        return {}
    differences = np.array([_points(cell, rule) - _points(cell, other) for cell in cells])
    low, high = label_free_tables.interval(differences, [cell["shift"] for cell in cells])
    found = {"difference": float(differences.mean()), "low": low, "high": high, "least": float(differences.min())}
    return {**found, "better": int((differences > 1).sum()), "worse": int((differences < -1).sum())}


def _points(cell: Mapping[str, Any], rule: str) -> float:
    return 100 * float(np.mean(list(cell["accuracy"][rule].values())))


def lines(found: Mapping[str, Any]) -> list[str]:
    """The table in Markdown."""
    head = ("rule", "accuracy", "less that of last-step", "development", "held-out", "least", "better", "worse")
    made = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for rule, parts in found["rules"].items():
        of = parts["all"]
        if of["cells"]:
            differences = [_with_interval(parts[half]) for half in ("all", *HALVES[:2])]
            compared = [*differences, f"{of['least']:+.1f}", str(of["better"]), str(of["worse"])]
            row = (rule, f"{of['mean']:.1f}", *(["–"] * len(compared) if rule == RULES[0] else compared))
            made.append(f"| {' | '.join(row)} |")
    return made


def _with_interval(of: Mapping[str, Any]) -> str:
    return f"{of['difference']:+.1f} [{of['low']:+.1f}, {of['high']:+.1f}]" if of.get("cells", 1) else "–"


# --------------------------------------------------------------------------------------------------------- main


def trained(
    group: Mapping[str, Any], source: Mapping[str, Any], pictures: label_free.Pictures, folder: Path
) -> list[dict[str, Any]]:
    """The cells of a source, after a run for each rule."""
    config = label_free.configuration(group, source, pictures, folder)
    if config is None:
        return []
    runs = {}
    for rule in RULES:
        runs[rule] = relxfer.run(configuration(config, rule), out=folder / "runs" / source["name"] / rule)
    made = list(cells(group, source, runs))
    print(f"{source['name']}: {len(made)} cells", flush=True)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where runs are kept")
    parser.add_argument("--pictures", type=Path, help="folder of the files of pictures that are no data sets")
    parser.add_argument("--only", nargs="*", default=[], help="names of groups or sources")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    pictures, found = label_free.Pictures(given.pictures, Plugins.load()), []
    for group in tomllib.loads(label_free.SUITE.read_text(encoding="utf-8"))["group"]:
        for source in group["source"]:
            if not given.only or {group["name"], source["name"]} & {*given.only}:
                found += trained(middle(group), source, pictures, given.folder)
    made = summary(found)
    print(*lines(made), json.dumps(made["class-shares - source-val"], indent=1), sep="\n")
    if given.json:
        told = "accuracy of the step that a rule chooses without target labels; python benchmarks/label_free_steps.py"
        given.json.write_text(json.dumps({"what": told, **made, "cells": found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
