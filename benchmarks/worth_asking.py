"""Which facts `predict --relation` puts first: how many of them are held-out facts, with and without the profile.

    RELXFER_MIRROR=... python benchmarks/worth_asking.py [--sets geo-us nell_v1] [--weights ultra_3g.safetensors]
        [--kind team] [--json benchmarks/results/worth_asking.json]

Each of the eight relations with the most facts held out (of validation and test) is asked of every entity as head, of
a model that knows the observed facts alone (`--as-judged`), and the first 50 (head, tail) are compared with what was
held out. `before` are the 50 highest scores, `product` those by the probability that the head has the relation, times
that of the tail: what `relxfer predict --relation` does. `heads` is the share of the 50 whose head is of the kind of
the relation: it has another fact of it, or one that was held out. With --kind team there is, for relations whose name
begins with `team`, also `kind`: the share of the heads that are a head of any such relation in the whole data.

Weights are kg-base unless --weights names a checkpoint. kg-base has seen the facts of geo-us; ULTRA 3g has not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from relxfer_kg.domain import facts_of
from rich.console import Console
from rich.table import Table

import relxfer
from relxfer.contract.data import Domain
from relxfer.data.load import domain_of
from relxfer.declare import resolve
from relxfer.plugins.finder import Plugins
from relxfer.predict import predictions, questions
from relxfer.predict.chosen import ChosenRow, Member, Wanted

RELATIONS, FIRST = 8, 50
WAYS = ("before", "product")


def chosen_for(name: str, weights: Path | None, folder: Path) -> tuple[ChosenRow, Domain]:
    """A model that answers about a data set as it was judged, and the data set with what was held out."""
    source = {"checkpoint": str(weights)} if weights else {"weights": "kg-base"}
    config = {
        "name": name, "source": {"model": "ultra", **source}, "target": {"dataset": name, "label_budgets": [0]},
        "strategy": ["zero-shot"], "report": {"baselines": False},
    }  # fmt: skip
    relxfer.run(config, out=folder / name)
    plugins = Plugins.load()
    experiment = resolve.load(folder / name / "config.toml", plugins)
    return (
        predictions.choose(folder / name, plugins, Wanted(as_judged=True)), domain_of(experiment.targets[0].dataset)
    )  # fmt: skip


def first_of(chosen: ChosenRow, relation: str, way: str) -> list[tuple[str, str]]:
    """The first (head, tail) of a relation."""
    asked = questions.asked(chosen.domain, {"relation": [relation]})
    if way == "product":
        table = predictions.answers_to(chosen, asked, FIRST).table()
    else:
        plain = ChosenRow(chosen.description, (Member(chosen.learner),), chosen.domain, chosen.cell)
        table = predictions.answers(plain, asked.examples, FIRST).table()
    shown = "score" if "score" in table else "probability"
    order = np.argsort(-np.array(table[shown], float), kind="stable")[:FIRST]
    return [(str(table["head"][row]), str(table["answer"][row])) for row in order]


def called(relation: str) -> str:
    """`teamplayssport` of `concept:teamplayssport`."""
    return relation.rpartition(":")[2]


def measured(name: str, weights: Path | None, folder: Path, kind: str | None) -> dict[str, Any]:
    start = time.process_time()
    chosen, whole = chosen_for(name, weights, folder)
    graph = whole.inputs
    held = [facts_of(graph, split) for split in (whole.val, whole.test) if split is not None]
    facts = np.concatenate(held)
    names = [(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in facts.tolist()]
    largest = [relation for relation, _ in Counter(r for _, r, _ in names).most_common(RELATIONS)]
    every = np.concatenate([graph.facts, facts])
    heads = [(graph.entities[h], graph.relations[r]) for h, r, _ in every.tolist()]
    of_kind = {head for head, r in heads if kind and called(r).startswith(kind)}
    rows = []
    for relation in largest:
        true = {(head, tail) for head, r, tail in names if r == relation}
        known = {head for head, r in heads if r == relation}
        row: dict[str, Any] = {"relation": relation, "held_out": len(true)}
        for way in WAYS:
            found = first_of(chosen, relation, way)
            row[way] = sum(pair in true for pair in found)
            row[f"heads_{way}"] = float(np.mean([head in known for head, _ in found]))
            if kind and called(relation).startswith(kind):
                row[f"kind_{way}"] = float(np.mean([head in of_kind for head, _ in found]))
        rows.append(row)
    return {
        "set": name, "weights": weights.name if weights else "kg-base", "asked": FIRST * len(rows),
        **{way: sum(row[way] for row in rows) for way in WAYS}, "relations": rows,
        "cpu_seconds": time.process_time() - start,
    }  # fmt: skip


def show(found: list[dict[str, Any]], console: Console) -> None:
    table = Table("set", "weights", "relation", "held out", *WAYS, "heads before", "heads, product")
    for each in found:
        for row in each["relations"]:
            shares = (f"{row[f'heads_{way}']:.2f}" for way in ("before", "product"))
            table.add_row("", "", row["relation"][-50:], str(row["held_out"]), *(str(row[w]) for w in WAYS), *shares)
        table.add_row(each["set"], each["weights"], f"of {each['asked']}", "", *(str(each[w]) for w in WAYS), "", "")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=["geo-us", "fb237_v1", "wn18rr_v1", "nell_v1"])
    parser.add_argument("--weights", type=Path, help="a checkpoint of ULTRA, instead of kg-base")
    parser.add_argument("--kind", help="beginning of the names of relations whose heads are of one kind")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name in given.sets:
            found.append(measured(name, given.weights, Path(folder), given.kind))
            print(json.dumps({key: value for key, value in found[-1].items() if key != "relations"}), flush=True)
    show(found, Console(width=None if Console().is_terminal else 160))
    if given.json:
        told = "held-out facts among the first 50 of eight relations; python benchmarks/worth_asking.py"
        given.json.write_text(json.dumps({"what": told, "sets": found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
