"""How good models of knowledge graphs are on graphs that they have not been trained on, without any training there.

    RELXFER_MIRROR=... python benchmarks/kg_zero_shot.py --weights kg-base ultra-3g trix=entity_prediction.pth \
        --json benchmarks/results/kg_zero_shot.json

Weights are names of those of `ultra` and `trix`, directories of runs that pre-trained a source, files that relxfer
wrote, or published ones as ultra=FILE or trix=FILE. Sets are names of data sets, or NAME=FOLDER with train.txt,
valid.txt and test.txt, as those of InGram's FB sets, which no card of relxfer names. Weights with a plus between them,
as kg-base+kg-trix, are asked together: the mean of the softmax of their scores. All weights are asked the same
test queries, both directions, of at most --facts test facts of a set, drawn from a seed; ranks are filtered, and ties
count as the mean of their places. Of each set:

    mrr, hits@10   over queries
    by_question    MRR over distinct questions: a query entity with a relation in one direction counts once, with the
                   mean of its answers
    strata         MRR and number of queries for each sort of half-links (`relxfer_kg.half_links`)
    hubs           Hits@10 over distinct questions (?, r, hub), and their number: r has at most 1.1 tails for each head,
                   and the hub at least 20 heads in the graph

The facts of some sets, or others of the same graph, were in the training of some weights; their cards say which.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from kg_readout import GRAIL, INGRAM, drawn, learner_of, ranks
from kg_trix import load
from relxfer_kg import half_links
from relxfer_kg.adapter import KGOptions
from relxfer_kg.data import user_files
from relxfer_kg.learner import KGLearner
from relxfer_kg.options import OwnFiles
from relxfer_kg.trix import shipped
from relxfer_kg.trix.model import TrixModel, TrixOptions
from relxfer_kg.trix.weights import read_weights as trix_weights
from relxfer_kg.ultra import released
from relxfer_kg.ultra.model import UltraModel, UltraOptions
from relxfer_kg.ultra.weights import read_weights as ultra_weights
from rich.console import Console
from rich.table import Table

from relxfer.authoring.ensemble import EnsembleLearner
from relxfer.contract.data import Domain, Examples

#: No card names them; they are in the mean where they are given as NAME=FOLDER.
INGRAM_FB = [f"fb-{new}_ind" for new in (25, 50, 75, 100)]
WHOLE = ["fb15k-237", "wn18rr"]
FUNCTIONAL, HUB = 1.1, 20
WHAT = "zero-shot, at most `facts` test facts of each set, both directions, filtered, realistic ranks"


def model(name: str) -> KGLearner:
    """The learner of weights by name, of a run or a file that relxfer wrote, or of published weights in a file."""
    architecture, _, file = name.rpartition("=")
    if architecture == "trix":
        return TrixModel(TrixOptions(), *trix_weights(Path(file))).learner(KGOptions())
    if architecture == "ultra":
        return UltraModel(UltraOptions(), *ultra_weights(Path(file))).learner(KGOptions())
    path = Path(name)
    if path.exists():
        return learner_of(path)
    return learner_of(shipped.find("trix", name) if name in shipped.FILES else released.find("ultra", name))


class Once:
    """A learner that keeps its scores of the last queries, for those who ask it alone and together with others."""

    def __init__(self, learner: KGLearner):
        self.learner = learner
        self.asked: Examples | None = None

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        if self.asked is not examples:
            self.asked, self.blocks = examples, list(self.learner.predict(examples))
        yield from self.blocks


def learners(names: list[str]) -> dict[str, Any]:
    """The learners of weights, and of those that are asked together."""
    asked = {name: [name] if Path(name).exists() else name.split("+") for name in names}
    single: dict[str, Any] = {each: model(each) for members in asked.values() for each in members}
    if len(single) < sum(map(len, asked.values())):
        single = {each: Once(learner) for each, learner in single.items()}
    return {
        "+".join(map(short, members)): single[members[0]]
        if len(members) == 1
        else EnsembleLearner([single[each] for each in members], mean="probabilities")
        for members in asked.values()
    }


def short(name: str) -> str:
    """What the figures of weights are called."""
    return name.partition("=")[0] if "=" in name else Path(name).stem


def data(name: str) -> Domain:
    """A data set by its name, or the facts in a folder."""
    folder = Path(name.partition("=")[2])
    if "=" not in name:
        return load(name)
    parts = {"facts": "train.txt", "valid": "valid.txt", "test": "test.txt"}
    return user_files.load(OwnFiles.model_validate({key: folder / file for key, file in parts.items()}))


def figures(domain: Domain, asked: Examples, found: np.ndarray) -> dict[str, Any]:
    """All figures of one model on one set, from the rank of each query."""
    sorts = half_links.half_links(domain.inputs, asked.queries, np.asarray(asked.answers))
    _, question = np.unique(asked.queries, axis=0, return_inverse=True)
    hub = of_hubs(domain, asked.queries)
    hits = by_question(question[hub], (found <= 10)[hub])
    return {
        "mrr": float((1 / found).mean()),
        "hits@10": float((found <= 10).mean()),
        "by_question": float(by_question(question, 1 / found).mean()),
        "strata": {
            str(sort): {"queries": int((sorts == sort).sum()), "mrr": float((1 / found[sorts == sort]).mean())}
            for sort in half_links.VALUES
            if (sorts == sort).any()
        },
        "hubs": {"questions": len(hits), "hits@10": float(hits.mean()) if len(hits) else None},
    }


def by_question(question: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean of the values of each question."""
    _, place = np.unique(question.reshape(-1), return_inverse=True)
    return np.bincount(place, values) / np.bincount(place)


def of_hubs(domain: Domain, queries: np.ndarray) -> np.ndarray:
    """Whether each query is (?, r, hub)."""
    head, relation, tail = domain.inputs.facts.T
    direct = len(domain.inputs.relations)
    facts = np.bincount(relation, minlength=direct)
    heads = np.bincount(np.unique(np.stack([relation, head]), axis=1)[0], minlength=direct)
    functional = facts <= FUNCTIONAL * np.maximum(heads, 1)
    pairs, counts = np.unique(tail * direct + relation, return_counts=True)
    entity, asked = queries.T
    backwards, asked = asked >= direct, asked % direct
    of = dict(zip(pairs.tolist(), counts.tolist(), strict=True))
    own = np.array([of.get(key, 0) for key in (entity * direct + asked).tolist()])
    return backwards & functional[asked] & (own >= HUB)


def row(name: str, models: dict[str, Any], facts: int, seed: int) -> dict[str, Any]:
    domain = data(name)
    asked = drawn(domain, facts, seed)
    of = {each: figures(domain, asked, ranks(learner, domain, asked)) for each, learner in models.items()}
    return {"set": name.partition("=")[0], "queries": len(asked), **of}


def show(rows: list[dict[str, Any]], names: list[str], console: Console) -> None:
    table = Table("set", "queries", *(f"{name} {of}" for name in names for of in ("MRR", "H@10")))
    for group, sets in (("GraIL", GRAIL), ("InGram", INGRAM + INGRAM_FB), ("", [])):
        of = [each for each in rows if (each["set"] in sets if sets else each["set"] not in GRAIL + INGRAM + INGRAM_FB)]
        for each in of:
            cells = (f"{each[name][key]:.3f}" for name in names for key in ("mrr", "hits@10"))
            table.add_row(each["set"], f"{each['queries']:,}", *cells)
        if group and of:
            means = (np.mean([each[name][key] for each in of]) for name in names for key in ("mrr", "hits@10"))
            table.add_row(f"mean, {group}", "", *(f"{mean:.3f}" for mean in means), end_section=True)
    console.print(table)
    for name in names:
        told = []
        for sort in half_links.VALUES:
            values = [each[name]["strata"][sort]["mrr"] for each in rows if sort in each[name]["strata"]]
            told.append(f"{sort} {np.mean(values):.3f} ({len(values)} sets)" if values else f"{sort} –")
        hubs = [each[name]["hubs"]["hits@10"] for each in rows if each[name]["hubs"]["questions"]]
        told.append(f"hubs H@10 {np.mean(hubs):.3f} ({len(hubs)} sets)" if hubs else "hubs –")
        console.print(f"{name}: half-links observed: {', '.join(told)}")


def kept(path: Path | None, facts: int, seed: int) -> dict[str, dict[str, Any]]:
    """set -> the figures of other weights that a file has, from the same queries."""
    if path is None or not path.exists():
        return {}
    card = json.loads(path.read_text(encoding="utf-8"))
    return {row["set"]: row for row in card["rows"]} if (card["facts"], card["seed"]) == (facts, seed) else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", nargs="+", default=["kg-base"], help="names, files, runs, ultra=FILE or trix=FILE")
    parser.add_argument("--sets", nargs="*", default=[*GRAIL, *INGRAM, *WHOLE], help="names, or NAME=FOLDER")
    parser.add_argument("--facts", type=int, default=3000, help="test facts of each set at most")
    parser.add_argument("--seed", type=int, default=0, help="draws these facts")
    parser.add_argument("--json", type=Path, help="where the figures go, beside those of other weights")
    given = parser.parse_args()
    torch.set_num_threads(1)
    models = learners(given.weights)
    rows = kept(given.json, given.facts, given.seed)
    for name in given.sets:
        made = row(name, models, given.facts, given.seed)
        rows[made["set"]] = rows.get(made["set"], {}) | made
        if given.json:
            card = {"what": WHAT, "facts": given.facts, "seed": given.seed, "rows": list(rows.values())}
            given.json.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    show(
        [rows[name.partition("=")[0]] for name in given.sets],
        list(models),
        Console(width=None if Console().is_terminal else 120),
    )


if __name__ == "__main__":
    main()
