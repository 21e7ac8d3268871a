"""Predictions by name for pictures, and how they were prepared, in the report."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

import relxfer
from relxfer import cli
from relxfer.report.wording import of_data

pytestmark = pytest.mark.processor

RNG = np.random.default_rng(1)
CONFIG = {
    "name": "digits",
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "digits", "label_budgets": [20, "all"], "model": {"use": "lenet", "width": 8}},
    "training": {"steps": 3, "batch_size": 8},
    "strategy": ["scratch"],
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return relxfer.run(CONFIG, out=tmp_path_factory.mktemp("run"))


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png", "deep/c.jpg"):
        path = tmp_path / "new" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 256, (9, 9), dtype=np.uint8)).save(path)
    (tmp_path / "new" / "notes.txt").write_text("none")
    return tmp_path / "new"


@pytest.fixture
def predicted(run, tmp_path, capsys):
    def ask(queries, *more):
        out = tmp_path / "out.csv"
        code = cli.main(["predict", str(run.folder), "--queries", queries, "--out", str(out), "--force", *more])
        if code:
            return code, capsys.readouterr().err
        with out.open(newline="") as stream:
            return code, list(csv.DictReader(stream))

    return ask


def test_a_folder_is_asked_picture_by_picture(predicted, pictures):
    code, rows = predicted("new")
    assert code == 0
    assert list(rows[0]) == ["file", "answer", "rank", "probability"]
    assert [row["file"] for row in rows[::10]] == ["new/a.png", "new/b.png", "new/deep/c.jpg"]
    for start in (0, 10, 20):
        of_one = rows[start : start + 10]
        assert {row["answer"] for row in of_one} == set("0123456789")
        assert sum(float(row["probability"]) for row in of_one) == pytest.approx(1)
        values = [float(row["probability"]) for row in of_one]
        assert values == sorted(values, reverse=True)


def test_a_table_a_pattern_and_a_file_ask_the_same(predicted, pictures):
    def asked(queries):
        return [(row["file"], row["answer"]) for row in predicted(queries, "--top-k", "1")[1]]

    whole = asked("new")
    pictures.with_name("list.csv").write_text("file\nnew/b.png\nnew/a.png\n")
    assert asked("list.csv") == [whole[1], whole[0]]
    assert asked("new/*.png") == whole[:2]
    assert asked("new/**/*.jpg") == whole[2:]
    assert asked("new/a.png") == whole[:1]


@pytest.mark.parametrize(
    ("queries", "complaint"),
    [
        ("new/*.gif", "expected files that match"),
        ("nowhere", "does not exist"),
        ("new/notes.txt", "expected questions below the first line"),
        ("empty", "expected pictures in the folder empty"),
        ("new/bad.png", "does not decode"),
    ],
)
def test_what_cannot_be_asked_is_told(predicted, pictures, queries, complaint):
    pictures.with_name("empty").mkdir()
    (pictures / "bad.png").write_bytes(b"x")
    code, told = predicted(queries)
    assert code == 2
    assert complaint in told


def test_the_report_says_how_pictures_were_prepared(run):
    told = [line for line in of_data(run) if "bilinear" in line]
    assert told == ["target digits: pictures: gray, bilinear to 28 x 28; mean / std 0.5 / 0.5"]
