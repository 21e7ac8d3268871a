"""The user's own pictures: forms, splits, and everything that can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import relxfer
from relxfer import cli

RNG = np.random.default_rng(0)


# ------------------------------------------------------------------ forms


def test_a_table_of_files_and_labels(loaded, folder, tmp_path):
    rows = [f"pets/{label}/{label}{i}.jpg;{label}s" for label in ("cat", "dog") for i in range(5)]
    (tmp_path / "pets.csv").write_text("\ufefffile;Label\n" + "\n".join(rows) + "\n")
    domain = loaded(path=tmp_path / "pets.csv")
    assert domain.task.answers == ("cats", "dogs")
    assert len(domain.inputs) == 10


@pytest.mark.parametrize("classes", [None, ["zero", "one", "two"]])
def test_arrays(loaded, tmp_path, classes):
    images = RNG.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "mine.npz", images=images, labels=np.array([2, 0, 1, 2, 0, 1], np.uint8))
    domain = loaded(path=tmp_path / "mine.npz", **({"classes": classes} if classes else {}))
    assert domain.task.answers == (tuple(classes) if classes else ("0", "1", "2"))
    assert len(domain.train) == 3


# ------------------------------------------------------------------ faults


def test_a_run_on_a_damaged_picture_ends_with_2_and_its_name(folder, tmp_path, capsys):
    (folder / "dog" / "dog1.jpg").write_bytes(b"\xff\xd8\xff")
    table = (
        f'[target]\ndataset = {{ use = "image-files", path = "{folder.as_posix()}" }}\n[[strategy]]\nuse = "scratch"\n'
    )
    (tmp_path / "run.toml").write_text(table)
    assert cli.main(["run", str(tmp_path / "run.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "dog1.jpg" in capsys.readouterr().err


# ------------------------------------------------------------------ runs


def tables(folder: Path, **source) -> dict:
    return {
        "name": "pets",
        "threads": 1,
        "device": "cpu",
        "source": {"training": {"steps": 2}, "model": {"use": "lenet", "channels": 3, "width": 8}, **source},
        "target": {"dataset": {"use": "image-files", "path": str(folder)}},
        "training": {"steps": 2, "batch_size": 4},
    }


def test_a_label_that_the_source_lacks_refuses_what_needs_the_same_task(folder, tmp_path):
    config = {**tables(folder, datasets=["digits-photo"]), "strategy": ["zero-shot", "finetune"]}
    results = relxfer.run(config, out=tmp_path / "out")
    told = {cell.strategy: cell for cell in results.cells}
    assert told["finetune"].status == "done", "another task gets a new head"
    assert told["zero-shot"].status == "refused"
    assert "source and target have other answers" in told["zero-shot"].reason
    assert results.targets["image-files"].related["digits-photo"].startswith("another task: 0 of 2 classes")


def test_gray_and_coloured_pictures_mix(paint, folder, tmp_path):
    for i in range(3):
        paint(folder / "cat" / f"gray{i}.png", "L")
    results = relxfer.run({**tables(folder, datasets=["digits-photo"]), "strategy": ["finetune"]}, out=tmp_path / "out")
    assert not results.failed
