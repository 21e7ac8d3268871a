"""How often probabilities and sets of answers are right: calibration error and coverage on tests of three modalities.

    python benchmarks/reliability.py [--only geo-us usps] [--seeds 5] [--level 0.9] [--ultra ultra_3g.safetensors]
        [--pictures FOLDER] [--json benchmarks/results/reliability.json]

Each target is run as its configuration below says, with the default calibrator, and every model is asked the queries of
the test, knowing what the experiment let it know. ECE is that of the report, before and after calibration. A set of a
query counts as right where it holds the answer; coverage and sizes are means over test items, and then over seeds. The
bound is that of one run: the 1 % quantile of the binomial share of so many items at the level. `row` is the coverage by
all models together, as `relxfer predict` asks them. `fresh` is the coverage where one random half of the test takes the
place of the validation labels, and the other half is asked: these labels have selected nothing, and are of the test's
own distribution. Its difference from the coverage on that half is what the two cost.

Data sets come from the data root and the mirrors; photographs from the folders FOLDER/cats_dogs and FOLDER/hymenoptera,
where they are named, and their network from the extra `imagenet`. Without a file of weights the target that needs it is
left out. With --json, rows of other targets that the file has stay.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from scipy.stats import binom

import relxfer
from relxfer.contract.data import Examples
from relxfer.data.load import domain_of
from relxfer.declare import resolve
from relxfer.judge import conformal
from relxfer.judge.metrics.known_answers import Filter, known_answers
from relxfer.plugins.finder import Plugins
from relxfer.predict import coverage, predictions
from relxfer.predict.chosen import ChosenRow, Wanted

HEAD: dict[str, Any] = {"strategy": [{"use": "feature-extraction", "head": "logistic"}]}
DEGREES = {"use": "networks", "features": ["degree"], "degree_direction": "in", "degrees": 239}
TWITCH = {"steps": 80, "batch_size": 4096, "optimizer": "adam", "lr": 5e-3, "weight_decay": 2e-2, "validations": 10}
AIRPORTS = {"steps": 100, "batch_size": 400, "optimizer": "adam", "lr": 1e-2, "weight_decay": 1e-3, "validations": 10}
DIGITS = {"steps": 600, "batch_size": 64, "optimizer": "adam", "lr": 1e-3, "validations": 10}


def configurations(given: argparse.Namespace) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name of a target, its modality, and its configuration."""
    direct = {"strategy": ["zero-shot"], "seeds": 1}
    if given.ultra:
        source = {"model": "ultra", "checkpoint": str(given.ultra)}
        yield "geo-us", "knowledge graph", direct | {"source": source, "target": _target("geo-us", 0)}
    source = {"model": "ultra", "weights": "kg-base"}
    for name in ("fb237_v1", "wn18rr_v1", "nell_v1"):
        yield name, "knowledge graph", direct | {"source": source, "target": _target(name, 0)}
    source = {"model": "efficientnet_lite0", "weights": "IMAGENET1K"}
    # of cats_dogs these are all labels, and a head that is solved for all of them is the same for every seed
    for name, labels, seeds in (("cats_dogs", 1000, {"seeds": 1}), ("hymenoptera", 240, {})):
        data = {"use": "image-files", "path": str(given.pictures / name)} if given.pictures else name
        yield name, "pictures", HEAD | seeds | {"source": source, "target": _target(data, labels) | {"name": name}}
    trained = {"strategy": ["scratch"], "training": DIGITS}
    yield "usps", "pictures", trained | {"target": _target("usps", "all") | {"model": "lenet"}}
    trained = {"strategy": ["scratch"], "training": TWITCH}
    model = {"use": "gcn", "hidden": 64, "layers": 1, "dropout": 0.2}
    yield "twitch-en", "network", trained | {"target": _target("twitch-en", "all") | {"model": model}}
    trained = {"strategy": ["scratch"], "training": AIRPORTS}
    data = {"use": "airports-europe", "test_fraction": 0.5}
    target = _target(data, 198) | {"name": "airports-europe", "adapter": DEGREES, "model": {"use": "gcn", "hidden": 32}}
    yield "airports-europe", "network", trained | {"target": target}


def _target(dataset: Any, budget: int | str) -> dict[str, Any]:
    return {"dataset": dataset, "label_budgets": [budget]}


def measured(name: str, config: Mapping[str, Any], seeds: int, level: float, folder: Path) -> dict[str, Any]:
    plain = {"name": name, "seeds": seeds, "threads": 1, "report": {"baselines": False}, **config}
    start = time.process_time()
    results = relxfer.run(plain, out=folder / name)
    plugins = Plugins.load()
    experiment = resolve.load(folder / name / "config.toml", plugins)
    test = domain_of(experiment.targets[0].dataset).test
    assert test is not None
    cells = list({cell.id: cell for cell in results.cells if cell.status == "done"}.values())
    if not cells:
        raise SystemExit(f"{name}: {results.cells[0].reason}")
    models = [_asked(folder / name, plugins, cell.id, test) for cell in cells]
    each = [_of_model(*model, test, level) for model in models]
    row_covered, row_sizes = _sets(models[0][0], np.mean([p for _, _, p in models], axis=0), test, level)
    found: dict[str, Any] = {key: float(np.mean([of[key] for of in each])) for key in each[0]}
    reliable = [cell.reliability for cell in cells if cell.reliability]
    items = reliable[0].items
    weights = _weights(test.group_ids())
    return {
        "target": name, "strategy": cells[0].strategy, "models": len(cells), "items": items,
        "labels": each[0]["labels"], "accuracy": found["right"],
        "ece_before": float(np.mean([of.before for of in reliable])),
        "ece_after": float(np.mean([of.after if of.after is not None else np.nan for of in reliable])),
        "bins": float(np.mean([len(of.bins) for of in reliable])),
        "coverage": found["covered"], "least_coverage": float(np.min([of["covered"] for of in each])),
        "bound": float(binom.ppf(0.01, items, level) / items),
        "row_coverage": float(weights @ row_covered), "row_size": float(weights @ row_sizes),
        "size": found["size"], "median_size": found["median_size"], "empty": found["empty"], "own_groups": found["own"],
        "half": found["half"], "fresh": found["fresh"], "cpu_seconds": time.process_time() - start,
    }  # fmt: skip


def _of_model(chosen: ChosenRow, probable: np.ndarray, p: np.ndarray, test: Examples, level: float) -> dict[str, float]:
    covered, sizes = _sets(chosen, p, test, level)
    answers, weights = np.asarray(test.answers), _weights(test.group_ids())
    half, fresh = _halves(chosen, test, probable, covered, level)
    (member,) = chosen.members
    assert member.conformity is not None
    return {
        "covered": float(weights @ covered), "size": float(weights @ sizes), "median_size": float(np.median(sizes)),
        "empty": float(weights @ (sizes == 0)), "right": float(weights @ (probable.argmax(1) == answers)),
        "own": member.conformity.own, "labels": len(np.unique(member.conformity.items)), "half": half, "fresh": fresh,
    }  # fmt: skip


def _asked(run: Path, plugins: Plugins, cell: str, test: Examples) -> tuple[ChosenRow, np.ndarray, np.ndarray]:
    """The model of a cell, and the probability and the p of every answer."""
    chosen = predictions.choose(run, plugins, Wanted(cell=cell, as_judged=True))
    asked = replace(test.hidden(), inputs=chosen.domain.inputs)
    known = _known(chosen, test)
    parts = zip(*coverage.measured(chosen, asked, known, np.asarray(test.answers)), strict=True)
    probable, p = map(np.concatenate, parts)
    return chosen, probable, p


def _known(chosen: ChosenRow, test: Examples) -> Filter | None:
    return known_answers(test.queries, [*chosen.domain.known(), test]) if chosen.domain.task.open else None


def _sets(chosen: ChosenRow, p: np.ndarray, test: Examples, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Whether the set of each query holds its answer, and the size of the set."""
    answers, known = np.asarray(test.answers), _known(chosen, test)
    inside = p > 1 - level
    if known is not None:
        inside[known.rows(), known.answers] &= answers[known.rows()] == known.answers
    return inside[np.arange(len(answers)), answers], inside.sum(1)


def _weights(items: np.ndarray) -> np.ndarray:
    _, each, counts = np.unique(items, return_inverse=True, return_counts=True)
    return 1 / counts[each] / len(counts)


def _halves(
    chosen: ChosenRow, test: Examples, probable: np.ndarray, covered: np.ndarray, level: float
) -> tuple[float, float]:
    """Coverage of one half of the items, by validation labels and by the other half, means over 20 divisions."""
    task, answers = chosen.domain.task, np.asarray(test.answers)
    kinds, items = chosen.domain.query_kinds(test.queries), test.group_ids()
    rng, found = np.random.default_rng(0), []
    own = conformal.nonconformity(probable[np.arange(len(answers)), answers])
    groups = kinds if task.open else answers
    for _ in range(20):
        one = rng.permutation(np.unique(items))[::2]
        first = np.isin(items, one)
        of = conformal.Conformity(own[first], groups[first], items[first])
        p = of.p_values(own[~first][:, None], groups[~first][:, None])[:, 0]
        weights = _weights(items[~first])
        found.append((weights @ covered[~first], weights @ (p > 1 - level)))
    half, fresh = np.mean(found, axis=0)
    return float(half), float(fresh)


def show(rows: list[dict[str, Any]], level: float, console: Console) -> None:
    titles = (
        "target", "strategy", "models", "labels", "items", "accuracy", "ECE before", "after", "bins",
        f"coverage at {level:g}", "least", "bound", "row", "size, mean", "median", "empty", "half", "fresh",
    )  # fmt: skip
    table = Table(*titles)
    for row in rows:
        table.add_row(
            row["target"], row["strategy"], str(row["models"]), f"{row['labels']:.0f}", str(row["items"]),
            *(f"{row[key]:.3f}" for key in ("accuracy", "ece_before", "ece_after")), f"{row['bins']:.0f}",
            *(f"{row[key]:.3f}" for key in ("coverage", "least_coverage", "bound", "row_coverage")),
            f"{row['size']:.2f}", f"{row['median_size']:.0f}",
            *(f"{row[key]:.3f}" for key in ("empty", "half", "fresh")),
        )  # fmt: skip
    console.print(table)
    for name, value in summary(rows).items():
        console.print(f"{name}: {value:.3f}")


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The figures over all targets."""
    return {
        "median ECE after calibration": float(np.median([row["ece_after"] for row in rows])),
        "mean coverage": float(np.mean([row["coverage"] for row in rows])),
        "mean coverage of rows": float(np.mean([row["row_coverage"] for row in rows])),
        "targets whose models are below their bound": float(sum(row["coverage"] < row["bound"] for row in rows)),
        "rows whose coverage is below their bound": float(sum(row["row_coverage"] < row["bound"] for row in rows)),
        "mean coverage of halves by validation labels": float(np.mean([row["half"] for row in rows])),
        "mean coverage of halves by fresh labels": float(np.mean([row["fresh"] for row in rows])),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[], help="names of targets")
    parser.add_argument("--seeds", type=int, default=5, help="models of each target that is trained")
    parser.add_argument("--level", type=float, default=0.9, help="of the sets")
    parser.add_argument("--ultra", type=Path, help="a checkpoint of ULTRA that has seen no fact of geo-us")
    parser.add_argument("--pictures", type=Path, help="folder of the folders cats_dogs and hymenoptera")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, modality, config in configurations(given):
            if not given.only or name in given.only:
                row = measured(name, config, config.get("seeds", given.seeds), given.level, Path(folder))
                rows.append({"modality": modality, **row})
                print(json.dumps(rows[-1]), flush=True)
    if given.json:
        rows = _merged(given.json, rows, [name for name, _, _ in configurations(given)])
    show(rows, given.level, Console(width=None if Console().is_terminal else 200))
    if given.json:
        told = "how often probabilities and sets of answers are right; python benchmarks/reliability.py"
        found = {"what": told, "level": given.level, "summary": summary(rows), "rows": rows}
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _merged(path: Path, rows: list[dict[str, Any]], order: list[str]) -> list[dict[str, Any]]:
    """The rows, and those of other targets that the file has."""
    there = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    found = {row["target"]: row for row in [*there, *rows]}
    return [found[name] for name in order if name in found]


if __name__ == "__main__":
    main()
