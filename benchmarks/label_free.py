"""Which rule chooses well among finished models when the target has no labels: regret against choosing by its labels.

    RELXFER_MIRROR=... python benchmarks/label_free.py FOLDER [--pictures FOLDER] [--only digits blocks]
        [--json benchmarks/results/label_free.json]

The cells, their candidates and their halves are those of `benchmarks/label_free.toml`. Runs are kept in FOLDER, so that
the command goes on after an interruption. Data sets come from the data root and the mirrors; files of pictures that
`of` names with a path come from --pictures. A source or a target whose files are not there is left out, and named.

Each candidate is trained by a run of relxfer without labels of the target, and its last step counts. Then every rule
scores it on views without target labels; of the source the rules see the labels for training, and held-out ones (its
own test). `ensv` sees the predictions of all candidates of the cell. Rules choose the highest score; the first of equal
ones, and the source unchanged is first. The oracle chooses by the target's test labels.

    regret = accuracy of the oracle's choice - accuracy of the rule's choice, in points

A choice is significantly below the source unchanged where relxfer's 95 % interval of the difference over test items is
below 0 (one seed, no correction for several choices). `benchmarks/label_free_tables.py` has the rules that combine
scores, and the tables.
"""

from __future__ import annotations

import argparse
import io
import json
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import label_free_tables
import numpy as np
import torch
from PIL import Image
from relxfer_strategies.selecting import among, label_free
from relxfer_strategies.selecting.labelled import some

import relxfer
from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import Cell
from relxfer.data.load import domain_of
from relxfer.declare import resolve
from relxfer.declare.experiment import Chosen
from relxfer.errors import DataError
from relxfer.execute.engine import Engine
from relxfer.judge import intervals
from relxfer.judge.scoring import Scorer
from relxfer.plan.views import source_view, target_view
from relxfer.plugins.finder import Plugins
from relxfer.predict import members
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.results.values import Values, stored_values
from relxfer.seeding import generator
from relxfer.store import files

SUITE = Path(__file__).with_suffix(".toml")
UNCHANGED = "zero-shot"
#: Queries of each domain that a rule asks at most; `iw` and `dev` solve for weights, which takes longest.
QUERIES, WEIGHED = 512, 256
#: Validators that score one model; `iw`, `dev` and `ensv` are added.
RULES = ("source-val", "entropy", "im", "class-shares", "snd", "mixval")

# ---------------------------------------------------------------------------------------------------- pictures


def rotation(picture: Image.Image, degrees: float, rng: np.random.Generator) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BILINEAR)


def noise(picture: Image.Image, deviation: float, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(picture, np.float64)
    return Image.fromarray(np.clip(pixels + 255 * deviation * rng.normal(size=pixels.shape), 0, 255).astype(np.uint8))


def inversion(picture: Image.Image, share: float, rng: np.random.Generator) -> Image.Image:
    return Image.fromarray((255 - share * np.asarray(picture, np.float64)).astype(np.uint8))


def coarseness(picture: Image.Image, side: float, rng: np.random.Generator) -> Image.Image:
    small = picture.resize((int(side), int(side)), Image.Resampling.BILINEAR)
    return small.resize(picture.size, Image.Resampling.NEAREST)


def jpeg(picture: Image.Image, quality: float, rng: np.random.Generator) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=int(quality))
    return Image.open(stream).convert(picture.mode)


def colours(picture: Image.Image, share: float, rng: np.random.Generator) -> Image.Image:
    """Red, green and blue trade places, and are mixed with the picture as it was."""
    pixels = np.asarray(picture, np.float64)
    return Image.fromarray((share * pixels[..., ::-1] + (1 - share) * pixels).astype(np.uint8))


PLANTS = {of.__name__: of for of in (rotation, noise, inversion, coarseness, jpeg, colours)}


class Pictures:
    """Pictures of data sets by name, and of .npz files in a folder, uint8."""

    def __init__(self, folder: Path | None, plugins: Plugins):
        self.folder, self.plugins = folder, plugins
        self._read: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def all(self, of: str) -> tuple[np.ndarray, np.ndarray]:
        """Pictures and classes in a fixed random order, which is the same for as many pictures."""
        if of not in self._read:
            pixels, classes = self._file(of) if of.endswith(".npz") else self._named(of)
            order = generator("label-free study").permutation(len(pixels))
            self._read[of] = pixels[order], classes[order]
        return self._read[of]

    def _file(self, of: str) -> tuple[np.ndarray, np.ndarray]:
        path = None if self.folder is None else self.folder / of
        if path is None or not path.is_file():
            raise DataError(f"expected {of} in the folder --pictures, got no such file; name the folder")
        arrays = np.load(path)
        before = "train_" if "train_images" in arrays else ""
        return arrays[f"{before}images"], arrays[f"{before}labels"].astype(np.int64)

    def _named(self, of: str) -> tuple[np.ndarray, np.ndarray]:
        offer = self.plugins.find("dataset", of)
        domain = domain_of(Chosen(offer, resolve.options_model(offer)()))
        splits = [split for split in (domain.train, domain.val, domain.test) if split is not None]
        rows, classes = (np.concatenate([getattr(s, key) for s in splits]) for key in ("queries", "answers"))
        order = np.argsort(rows)
        return domain.inputs.pixels[rows[order]], classes[order]

    def write(self, table: Mapping[str, Any], path: Path) -> None:
        """The pictures of a table of the suite: `count` for training, and as many, or `tests`, for the test."""
        pixels, classes = self.all(table["of"])
        start, count = table.get("start", 0), table["count"]
        rows = np.arange(start, min(start + count + table.get("tests", count), len(pixels)))
        split = np.arange(len(rows)) < count
        if share := table.get("rare_share"):  # the upper half of the classes becomes rare
            rare = classes[rows] >= (classes.max() + 1) / 2
            kept = ~rare | (generator("rare", table["of"]).random(len(rows)) < share)
            rows, split = rows[kept], split[kept]
        rng, plant = generator("plant", path.stem), PLANTS.get(table.get("plant", ""))
        made = [_at_28(picture) for picture in pixels[rows]]
        if plant is not None:
            made = [plant(picture, table["strength"], rng) for picture in made]
        images = np.stack([np.asarray(picture) for picture in made])
        for name, of in (("train", split), ("test", ~split)):
            np.savez(path / f"{name}.npz", images=images[of], labels=classes[rows][of])


def _at_28(pixels: np.ndarray) -> Image.Image:
    """Gray pictures are enlarged to 28 x 28; those in colour stay as they are."""
    picture = Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)
    return picture if picture.mode == "RGB" else picture.resize((28, 28), Image.Resampling.BILINEAR)


# ------------------------------------------------------------------------------------------------------- runs


def rows_of(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a run: the source unchanged, and every candidate."""
    made: list[dict[str, Any]] = [{"use": UNCHANGED}]
    for use, options in group["strategies"].items():
        ((option, values),) = options.items()
        for value in values:
            for lr in group["learning_rates"]:
                name = f"{use} {value:g} {lr:g}"
                made.append({"use": use, "name": name, option: value, "training": {"lr": lr}})
    return made


def dataset_of(table: Mapping[str, Any], pictures: Pictures, folder: Path) -> Any:
    """The data set of a source or a target; pictures are written into the folder first."""
    if "dataset" in table:
        return table["dataset"]
    path = folder / "pictures" / table["name"]
    if not (path / "test.npz").exists():
        path.mkdir(parents=True, exist_ok=True)
        pictures.write(table["pictures"], path)
    return {"use": "image-files", "train": str(path / "train.npz"), "test": str(path / "test.npz")}


def configuration(
    group: Mapping[str, Any], source: Mapping[str, Any], pictures: Pictures, folder: Path
) -> dict[str, Any] | None:
    """The run of a source with all of its targets whose files are there; None without any."""
    targets, adapter = [], {"adapter": group["adapter"]} if "adapter" in group else {}
    try:
        own = dataset_of(source, pictures, folder)
    except DataError as error:
        print(f"left out, source {source['name']}: {error}", flush=True)
        return None
    for target in source["target"]:
        try:
            made = dataset_of(target, pictures, folder)
        except DataError as error:
            print(f"left out, {target['name']}: {error}", flush=True)
            continue
        targets.append({"name": target["name"], "dataset": made, "label_budgets": [0], **adapter})
    pretrained = {"model": group["model"], "training": group["source_training"]}
    return {
        "name": source["name"], "seeds": 1, "threads": 1, "device": "cpu", "validator": "last-step",
        "source": {"name": source["name"], "datasets": [own], **pretrained}, "target": targets,
        "training": group["training"], "strategy": rows_of(group), "report": {"baselines": False},
    } if targets else None  # fmt: skip


# ------------------------------------------------------------------------------------------------------ scores


class Scored:
    """The candidates of a finished run, scored by all rules on views without labels of the target."""

    def __init__(self, run: Path, plugins: Plugins):
        self.results, self.plugins = Results.open(run), plugins
        self.engine = Engine(resolve.load(run / "config.toml", plugins), plugins, self.results.store)
        (source,) = self.engine.experiment.sources
        self.sources = tuple(_held_out(domain_of(dataset)) for dataset in source.datasets)
        self.values: Values = stored_values(self.results.store, self.results.rank_rule, Scorer(plugins))

    def cells(self, group: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for target in source["target"]:
            done = self._done(target["name"])
            scored = {cell.strategy: self._candidate(cell) for cell in done}
            where = {"shift": target["name"], "source": source["name"], "group": group["name"], "half": target["half"]}
            for use in group["strategies"] if scored else ():
                names = [UNCHANGED, *(name for name in scored if name.split()[0] == use)]
                predicted = np.stack([scored[name][1] for name in names])
                candidates = _together([scored[name][0] for name in names], predicted)
                yield {**where, "strategy": use, "candidates": candidates, "predicted": predicted}

    def _done(self, target: str) -> list[CellResult]:
        cells = [cell for cell in self.results.cells if cell.target == target]
        for cell in cells:
            if cell.status != "done":
                print(f"{target}, {cell.strategy}: {cell.status}, {cell.reason}", flush=True)
        return [cell for cell in cells if cell.status == "done"]

    def _candidate(self, cell: CellResult) -> tuple[dict[str, Any], np.ndarray]:
        """Its accuracy, gain over the source unchanged and scores; and its predictions, [n, C] probabilities."""
        learner, data = self._attached(cell)
        values, weights = label_free.weighed(learner, data, WEIGHED)
        found = {name: self._score(name, learner, data) for name in RULES}
        found |= {"iw": (weights * values).mean(), "dev": -label_free.controlled(weights, 1 - values)}
        about = {"name": cell.strategy, "accuracy": _rounded(cell.metrics["accuracy"]), "gain": self._gain(cell)}
        scores = {name: _rounded(value) for name, value in found.items() if value is not None}
        return {**about, "scores": scores}, _probabilities(learner, data.target)

    def _attached(self, cell: CellResult) -> tuple[Any, Cell]:
        artefact, adapter = members.stored(self.engine, cell), members.adapter(self.engine, cell)
        planned = members.planned(self.engine.experiment, cell)
        whole = self.engine.domains.answering(planned.target, artefact.tasks).domain
        target = target_view(whole, ("target-inputs",), 0, 0)
        learner = self.engine.attach.stored(artefact, adapter, target, self.sources, learnt=False)
        learner.predict = _once(learner.predict)  # type: ignore[method-assign]
        return learner, Cell(None, None, target, self.sources)  # type: ignore[arg-type]

    def _score(self, name: str, learner: Any, data: Cell) -> float | None:
        offer = self.plugins.find("validator", name)
        if name == "mixval" and not hasattr(learner, "mixed"):
            return None
        rule = Chosen(offer, resolve.options_model(offer)(max_queries=QUERIES)).build()
        return float(rule.score(learner, data))

    def _gain(self, cell: CellResult) -> list[float]:
        """Estimate and 95 % interval of accuracy - that of the source unchanged, over test items."""
        (unchanged,) = [c for c in self.results.cells if (c.target, c.strategy) == (cell.target, UNCHANGED)]
        ours, theirs = (self.values(c.evaluation).measured.of("accuracy")[None] for c in (cell, unchanged))
        made = intervals.gain(ours, theirs)
        return [_rounded(value) for value in (made.estimate, made.low, made.high)]


def _together(scored: Sequence[Mapping[str, Any]], predicted: np.ndarray) -> list[dict[str, Any]]:
    """The candidates of a cell, with the score that needs the predictions of all."""
    agreement = among.ensemble_agreement(predicted).tolist()
    return [
        {**about, "scores": {**about["scores"], "ensv": _rounded(share)}}
        for about, share in zip(scored, agreement, strict=True)
    ]


def _once(predict: Callable[[Examples], Iterator[np.ndarray]]) -> Callable[[Examples], Iterator[np.ndarray]]:
    """A `predict` that answers the same queries from memory: several rules ask them."""
    kept: dict[tuple[int, bytes], list[np.ndarray]] = {}

    def remembered(examples: Examples) -> Iterator[np.ndarray]:
        key = id(examples.inputs), examples.queries.tobytes()
        if key not in kept:
            kept[key] = list(predict(examples))
        yield from kept[key]

    return remembered


def _held_out(whole: Domain) -> Domain:
    """A source whose own test is its held-out labels."""
    return replace(source_view(whole, ("source-labels",)), val=whole.test)


def _probabilities(learner: Any, target: Domain) -> np.ndarray:
    scores = np.concatenate(list(learner.predict(some(target.unlabelled, QUERIES).hidden()))).astype(np.float64)
    made = np.exp(scores - scores.max(1, keepdims=True))
    shares: np.ndarray = made / made.sum(1, keepdims=True)
    return shares


def _rounded(value: float) -> float:
    return round(float(value), 6)


# -------------------------------------------------------------------------------------------------------- main


def scored(
    group: Mapping[str, Any], source: Mapping[str, Any], pictures: Pictures, folder: Path
) -> list[dict[str, Any]]:
    """The cells of a source: trained and scored, or read where that was done."""
    kept = folder / "scores" / f"{source['name']}.json"
    if kept.exists():
        cells: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
        return cells
    config, start = configuration(group, source, pictures, folder), time.process_time()
    if config is None:
        return []
    relxfer.run(config, out=folder / "runs" / source["name"])
    trained = time.process_time()
    cells = list(Scored(folder / "runs" / source["name"], pictures.plugins).cells(group, source))
    spent = f"{trained - start:.0f} s of training, {time.process_time() - trained:.0f} s of scoring (CPU)"
    print(f"{source['name']}: {len(cells)} cells, {spent}", flush=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    predicted = {f"{cell['shift']} {cell['strategy']}": cell.pop("predicted") for cell in cells}
    np.savez_compressed(kept.with_suffix(".npz"), **predicted)  # for rules that are not there yet
    files.write_bytes(kept, json.dumps(cells).encode())
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where runs are kept")
    parser.add_argument("--pictures", type=Path, help="folder of the files of pictures that are no data sets")
    parser.add_argument("--only", nargs="*", default=[], help="names of groups or sources")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    torch.set_num_threads(1)
    pictures, cells = Pictures(given.pictures, Plugins.load()), []
    for group in tomllib.loads(SUITE.read_text(encoding="utf-8"))["group"]:
        for source in group["source"]:
            if not given.only or {group["name"], source["name"]} & {*given.only}:
                cells += scored(group, source, pictures, given.folder)
    found = label_free_tables.summary(cells)
    print(*label_free_tables.lines(found), sep="\n")
    if given.json:
        told = (
            "regret of rules that choose among finished models without target labels; python benchmarks/label_free.py"
        )
        given.json.write_text(json.dumps({"what": told, **found, "cells": cells}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
