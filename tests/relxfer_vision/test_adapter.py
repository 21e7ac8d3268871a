"""The adapter of pictures: what it counts, and what it refuses."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.depth import Depth
from relxfer_vision.pictures.geometry import Geometry

import relxfer
from relxfer.judge.metrics.classification import Classification


def test_files_that_stand_in_test_and_training_are_counted(loaded, folder, tmp_path):
    for label in ("cat", "dog"):
        (tmp_path / "other" / label).mkdir(parents=True)
        (tmp_path / "other" / label / "new.jpg").write_bytes((folder / label / f"{label}0.jpg").read_bytes())
    domain = loaded(train=folder, test=tmp_path / "other")
    assert ImageAdapter(ImageOptions()).audit(domain) == {"test pictures": 2, "also in training": 2}


def test_a_group_of_patients_on_both_sides_of_the_users_split_is_counted(paint, loaded, tmp_path):
    rows = []
    for number in range(8):
        paint(tmp_path / f"{number}.png")
        rows.append(f"{number}.png,{'ab'[number % 2]},{'test' if number > 4 else 'train'},p{number // 3}")
    (tmp_path / "t.csv").write_text("file,label,split,group\n" + "\n".join(rows) + "\n")
    counts = ImageAdapter(ImageOptions()).audit(loaded(path=tmp_path / "t.csv"))
    assert counts == {"test pictures": 3, "also in training": 0, "of a group in training": 1}


def test_a_blank_domain_scales_pictures_as_those_that_were_learnt_from(tmp_path):
    Image.fromarray(np.array([[0, 4095]], np.uint16)).save(tmp_path / "a.png")
    blank = ImageAdapter(ImageOptions()).blank(Classification(("a", "b")), Depth.of([4000]).card())
    asked = blank.ask({"file": [str(tmp_path / "a.png")]})
    assert asked.inputs.fitted(np.array([0]), Geometry(2, 1, "pad"))[0][0, 1, 0] == 255
    assert blank.prepares() == {"white": 4095.0, "white_of_fractions": 1.0}


def test_the_majority_class_stands_beside_where_there_are_labels(tmp_path):
    config = {
        "name": "pictures",
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": "digits-photo", "label_budgets": [40]},
        "training": {"steps": 1, "validations": 0},
        "strategy": [{"use": "scratch"}],
    }
    (prior,) = [cell for cell in relxfer.run(config, out=tmp_path).cells if cell.role == "prior"]
    assert (prior.strategy, prior.status, prior.label_count) == ("majority-class", "done", 40)
    assert prior.metrics["auc"] == 0.5, "every picture has the same scores"


def test_pictures_of_the_data_set_are_found_by_name(loaded, folder):
    domain = loaded(train=folder, test=folder)
    named = [{"file": domain.inputs.names[0]}, {"file": "elsewhere.png"}, {}]
    first, *others = ImageAdapter(ImageOptions()).pictures(domain, named, 16)
    with Image.open(io.BytesIO(first)) as picture:
        assert max(picture.size) <= 16
    assert others == [None, None]
