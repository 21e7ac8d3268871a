"""Numbers and labels of pictures and nodes, from files to predictions: drawn here, with a signal that can be learnt."""

from __future__ import annotations

import csv
import tomllib

import numpy as np
import pytest
from PIL import Image

import relxfer
from relxfer.cli import main

SIDE = 20


def picture(rng, size, bar, noise=18):
    """A square of this size somewhere, over a dark ground; a bar at the left side where `bar` is set."""
    pixels = rng.normal(40, noise, (SIDE, SIDE))
    top, left = rng.integers(1, SIDE - size), rng.integers(4, SIDE - size)
    pixels[top : top + size, left : left + size] += 150
    if bar:
        pixels[:, :3] += 120
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def pictures(folder, count, seed, unit=1.0, suffix="csv", name="side"):
    """A table of pictures: a number that follows the size of the square, and two labels."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    rows = []
    for number in range(count):
        size, bar = int(rng.integers(3, 13)), bool(rng.random() < 0.4)
        picture(rng, size, bar).save(folder / f"{number}.png")
        parts = [name for name, there in (("large", size > 7), ("barred", bar)) if there]
        rows.append((f"{number}.png", 0.5 + unit * size, "|".join(parts) or "|", int(size > 7), int(bar)))
    path = folder / f"table.{suffix}"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter="\t" if suffix == "tsv" else ",").writerows(
            [("file", name, "tags", "large", "barred"), *rows]
        )
    return path


def network(folder, count, seed):
    """A stochastic block network of four blocks; a number and two labels that follow the block, and noisy features."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    blocks = np.arange(count) % 4
    near = blocks[:, None] == blocks[None]
    linked = np.triu(rng.random((count, count)) < np.where(near, 24 / count, 2 / count), 1)
    features = np.eye(4)[blocks] + rng.normal(0, 0.9, (count, 4))
    level = np.array([-2.0, -1.0, 1.0, 3.0])[blocks] + rng.normal(0, 0.2, count)
    with (folder / "edges.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("source", "target"), *(map(str, pair) for pair in np.argwhere(linked))])
    head = ("node", "value", "label_a", "label_b", "f0", "f1", "f2", "f3")
    with (folder / "nodes.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [head, *((n, f"{100 + 10 * level[n]:.4f}", int(blocks[n] >= 2), int(blocks[n] % 2), *features[n].round(3))
                     for n in range(count))]
        )  # fmt: skip
    return folder


def run(tmp_path, source, target, model, budgets, **tables):
    config = {
        "threads": 1,
        "device": "cpu",
        "seeds": 2,
        "source": {"datasets": [source], "model": model, "training": {"steps": 150, "batch_size": 32, "lr": 0.01}},
        "target": {"dataset": target, "label_budgets": budgets},
        "training": {"steps": 60, "batch_size": 16, "lr": 0.005},
        "strategy": ["finetune"],
        **tables,
    }
    return relxfer.run(config, tmp_path / "run")


def metric(results, strategy, budget, name):
    return results.row(strategy, budget=budget).metrics[name]


def asked(tmp_path, results, question, out, *more):
    table = tmp_path / out
    main(["predict", str(results.folder), "--queries", str(question), "--out", str(table), *more])
    return table


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))


LENET = {"use": "lenet", "size": SIDE, "width": 32}


def test_the_sizes_of_squares(tmp_path):
    """R2 above 0 by far; a source with the same squares helps where there are few labels, and its head is replaced."""
    source, target = pictures(tmp_path / "s", 200, 1), pictures(tmp_path / "t", 160, 3, unit=25.0, name="microns")
    options = {"use": "image-files", "task": "regression"}
    of_source, of_target = {"path": str(source), "label": "side"}, {"path": str(target), "label": "microns"}
    results = run(tmp_path, options | of_source, options | of_target, LENET, [12, "all"])
    assert results.metric == "rmse"
    assert metric(results, "finetune", "all", "r2") > 0.7
    assert metric(results, "finetune", 12, "rmse") < metric(results, "scratch", 12, "rmse")
    row = results.row("finetune", budget=12)
    assert row.gain.estimate > 0, "a lower error is a gain"
    table = asked(tmp_path, results, tmp_path / "t" / "7.png", "one.tsv")
    (answer,) = rows(table)
    assert list(answer) == ["file", "answer", "value"]
    assert answer["answer"] == "microns"
    true = next(float(row["microns"]) for row in rows(target) if row["file"] == "7.png")
    assert abs(float(answer["value"]) - true) < 150, "in the unit of the table"


def test_the_labels_of_pictures(tmp_path):
    source, target = pictures(tmp_path / "s", 160, 1, suffix="tsv"), pictures(tmp_path / "t", 120, 2)
    options = {"use": "image-files", "task": "multi-label"}
    tags = options | {"path": str(source), "label": "tags"}
    columns = options | {"path": str(target), "label": ["barred", "large"]}
    results = run(tmp_path, tags, columns, LENET, [16], strategy=["finetune", "zero-shot"])
    assert metric(results, "zero-shot", 16, "macro-f1") > 0.75, "the answers have the same names, in the same order"
    assert metric(results, "finetune", 16, "macro-f1") > metric(results, "scratch", 16, "macro-f1")
    table = asked(tmp_path, results, tmp_path / "t", "all.tsv", "--strategy", "finetune")
    found = rows(table)
    assert len(found) == 2 * 120
    assert list(found[0]) == ["file", "answer", "rank", "probability"]
    assert all(0 <= float(row["probability"]) <= 1 for row in found)


@pytest.mark.parametrize("kind", ["regression", "multi-label"])
def test_the_nodes_of_a_block_network(kind, tmp_path):
    folders = [network(tmp_path / name, 160, seed) for seed, name in enumerate("st")]
    label = "value" if kind == "regression" else ["label_a", "label_b"]
    options = {"use": "network-files", "task": kind, "label": label, "features": ["f0", "f1", "f2", "f3"]}
    source, target = (
        options | {"path": str(folder / "edges.csv"), "nodes": str(folder / "nodes.csv")} for folder in folders
    )
    results = run(
        tmp_path, source | {"test_fraction": 0.0}, target, {"use": "gcn", "hidden": 16, "dropout": 0.0}, [8, "all"]
    )
    best, few = ("r2", "rmse") if kind == "regression" else ("macro-f1", "macro-f1")
    sign = -1 if few == "rmse" else 1
    assert metric(results, "finetune", "all", best) > 0.7
    assert sign * metric(results, "finetune", 8, few) > sign * metric(results, "scratch", 8, few)
    (tmp_path / "ask.csv").write_text("node\n3\n5\n")
    table = asked(tmp_path, results, tmp_path / "ask.csv", "out.tsv")
    shown = {"regression": ["node", "answer", "value"], "multi-label": ["node", "answer", "rank", "probability"]}
    assert list(rows(table)[0]) == shown[kind]
    config = str(results.folder / "config.toml")
    assert main(["rank-sources", config]) == 0
    assert main(["run", config, "--out", str(tmp_path / "other"), "--dry-run"]) == 0


@pytest.mark.parametrize(
    ("what", "task", "label"),
    [
        ("pictures", "regression", "side"),
        ("nodes", "regression", "value"),
        ("labels", "multi-label", ["label_a", "label_b"]),
    ],
)
def test_init_recognises_them_and_writes_what_runs(what, task, label, tmp_path, capsys):
    data = pictures(tmp_path / "p", 20, 1) if what == "pictures" else network(tmp_path / "n", 60, 0)
    if what == "pictures":
        data.write_text("\n".join(",".join(line.split(",")[:2]) for line in data.read_text().splitlines()))
    if what == "labels":
        table = data / "nodes.csv"
        table.write_text("\n".join(",".join(np.delete(line.split(","), 1)) for line in table.read_text().splitlines()))
    out = tmp_path / "my.toml"
    assert main(["init", str(data), "--out", str(out)]) in (0, None)
    told = capsys.readouterr().out
    assert f"taken for {task} of " in " ".join(told.split())
    written = tomllib.loads(out.read_text())
    assert written["target"]["dataset"]["task"] == task
    assert written["target"]["dataset"]["label"] == label
    assert main(["check", str(out)]) in (0, None)
