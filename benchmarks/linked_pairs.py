"""What `hidden_pair_probability` is worth, on graphs whose test pairs other facts link too, and where none does.

    RELXFER_MIRROR=... python benchmarks/linked_pairs.py FOLDER [--only nell_v4_ind codex-s codex-s-by-pair fb15k-237]
        [--json benchmarks/results/linked_pairs.json]

kg-base is trained on the observed facts of each graph, once with each probability. No observed fact links a test pair
of FB15k-237, nor one that relxfer splits off: codex-s-by-pair holds all facts of CoDEx-S, split by relxfer. Test facts
of the others are drawn one by one. MRR over the test queries of a number of test facts, both directions, filtered,
realistic ranks, and of those alone whose pair an observed fact links, or none. A finished training in FOLDER is not
done again, and with --json graphs that are not run keep their figures.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kg_readout import drawn, learner_of, ranks
from kg_trix import load
from relxfer_kg.data import user_files
from relxfer_kg.learner import KGLearner
from relxfer_kg.linked import linked
from relxfer_kg.options import OwnFiles
from relxfer_kg.ultra import released
from rich.console import Console
from rich.table import Table

import relxfer
from relxfer.contract.data import Domain, Examples
from relxfer.store import files

#: Steps of training, and test facts that are asked at most.
SIZES = {"nell_v4_ind": (300, 1000), "codex-s": (300, 1000), "codex-s-by-pair": (300, 1000), "fb15k-237": (120, 300)}
BY_PAIR = "-by-pair"
PROBABILITIES = (0.0, 0.5, 1.0)
WHAT = "kg-base trained on the observed facts; MRR of the test, filtered, realistic ranks"


def dataset(name: str, folder: Path) -> dict[str, Any]:
    """Its table in a configuration; all facts of a graph in one file, of those that relxfer splits."""
    if not name.endswith(BY_PAIR):
        return {"use": name}
    domain = load(name.removesuffix(BY_PAIR))
    known = np.concatenate([domain.form.facts(part) for part in domain.known()])
    graph, path = domain.inputs, folder / f"{name}.tsv"
    rows = np.unique(np.concatenate([graph.facts, known]), axis=0).tolist()
    text = "".join(f"{graph.entities[h]}\t{graph.relations[r]}\t{graph.entities[t]}\n" for h, r, t in rows)
    files.write_bytes(path, text.encode())
    return {"use": "kg-files", "facts": str(path)}


def trained(name: str, probability: float, steps: int, folder: Path) -> KGLearner:
    """kg-base after training on the observed facts of a graph."""
    given = dataset(name, folder)
    config = {
        "seeds": 1, "threads": 1, "device": "cpu",
        "source": {
            "datasets": [given], "model": "ultra", "weights": "kg-base", "continued": True,
            "training": {"steps": steps, "batch_size": 8, "lr": 5e-4, "schedule": "linear", "validations": 0},
        },
        "target": {
            "dataset": "codex-s", "label_budgets": [0],
            "adapter": {"use": "kg", "negatives": 256, "hidden_pair_probability": probability},
        },
        "strategy": ["zero-shot"], "report": {"baselines": False},
    }  # fmt: skip
    run = folder / f"{name}-{probability}"
    relxfer.run(config, run)
    return learner_of(run)


def figures(learner: KGLearner, domain: Domain, asked: Examples) -> dict[str, Any]:
    """MRR of all, and of queries whose pair is linked or not; None where there are none."""
    found = 1 / ranks(learner, domain, asked)
    others = linked(domain.inputs, asked.queries[:, 0])
    of_pair = np.zeros(len(asked), bool)
    of_pair[others.rows()[others.answers == np.asarray(asked.answers)[others.rows()]]] = True
    sides = {"linked": found[of_pair], "not linked": found[~of_pair]}
    return {"mrr": float(found.mean())} | {
        key: float(each.mean()) if len(each) else None for key, each in sides.items()
    }


def row(name: str, folder: Path) -> dict[str, Any]:
    """All figures of one graph."""
    given, (steps, facts) = dataset(name, folder), SIZES[name]
    domain = load(name) if "facts" not in given else user_files.load(OwnFiles.model_validate({"facts": given["facts"]}))
    asked = drawn(domain, facts, 0)
    made = {"kg-base": figures(learner_of(released.find("ultra", "kg-base")), domain, asked)}
    for probability in PROBABILITIES:
        made[str(probability)] = figures(trained(name, probability, steps, folder), domain, asked)
    return {"graph": name, "facts": facts, "queries": len(asked), "steps": steps, **made}


def show(rows: list[dict[str, Any]]) -> None:
    table = Table("graph", "queries", "", "kg-base", *(f"probability {p:g}" for p in PROBABILITIES))
    for each in rows:
        for kind in ("mrr", "linked", "not linked"):
            values = [each[key][kind] for key in ("kg-base", *map(str, PROBABILITIES))]
            told = ["" if value is None else f"{value:.3f}" for value in values]
            table.add_row(each["graph"], str(each["queries"]), "all" if kind == "mrr" else kind, *told)
    Console(width=120).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    given.folder.mkdir(parents=True, exist_ok=True)
    kept = json.loads(given.json.read_text())["rows"] if given.json and given.json.exists() else []
    for name in given.only:
        kept = [each for each in kept if each["graph"] != name] + [row(name, given.folder)]
        if given.json:
            files.write_json(given.json, {"what": WHAT, "rows": kept})
    show(kept)


if __name__ == "__main__":
    main()
