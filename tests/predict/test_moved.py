"""The file of a model can be moved and asked by itself."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import tomli_w
from PIL import Image

import relxfer
from relxfer.cli import main
from relxfer.errors import DataError, UnfitArtefact, UnknownName
from relxfer.plugins.finder import Plugins
from relxfer.predict import moved, predictions
from relxfer.predict.chosen import Wanted
from relxfer.store import files


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Dark and light pictures in a folder for each class."""
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for name, least in (("dark", 0), ("light", 150)):
        (folder / name).mkdir()
        for number in range(12):
            pixels = rng.integers(least, least + 100, (8, 8)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def config(pictures):
    return {
        "name": "moved",
        "threads": 1,
        "device": "cpu",
        "calibrator": "temperature",
        "target": {
            "name": "t",
            "dataset": {"use": "image-files", "path": str(pictures), "test_fraction": 0.3},
            "model": {"use": "lenet", "width": 4},
            "adapter": {"use": "images", "size": 28, "channels": 1, "resize": "stretch"},
        },
        "training": {"steps": 40, "batch_size": 8, "lr": 0.01, "validations": 1},
        "strategy": ["scratch"],
        "report": {"baselines": False},
    }


@pytest.fixture(scope="module")
def finished(config, tmp_path_factory):
    return relxfer.run(config, tmp_path_factory.mktemp("run") / "run")


@pytest.fixture
def alone(finished, tmp_path):
    """The file of the model in an empty folder."""
    (cell,) = finished.cells
    assert cell.status == "done", cell.reason
    return shutil.copy(finished.folder / "cells" / cell.id / "model.safetensors", tmp_path / "elsewhere.safetensors")


def asked(capsys, *arguments):
    capsys.readouterr()
    code = main(["predict", *map(str, arguments), "--json"])
    told = capsys.readouterr()
    assert code == 0, told.err
    return json.loads(told.out)


def test_it_answers_as_in_its_run(finished, alone, pictures, capsys):
    expected = asked(capsys, finished.folder, "--queries", pictures)
    assert len(expected) == 48
    assert list(expected[0]) == ["file", "answer", "rank", "probability"]
    assert asked(capsys, alone, "--queries", pictures) == expected


def test_the_file_says_how_pictures_are_prepared(alone):
    _, card = files.read_arrays(alone)
    assert (card["network"]["size"], card["network"]["channels"], card["network"]["resize"]) == (28, 1, "stretch")
    assert card["columns"] == ["file"]
    assert card["tasks"][0]["answers"] == ["dark", "light"]
    assert card["calibration"]["calibrator"] == {"use": "temperature"}


def test_a_configuration_may_name_the_data(alone, config, tmp_path, finished, pictures):
    (tmp_path / "own.toml").write_text(tomli_w.dumps(config))
    plugins = Plugins.load(third_party=False)
    chosen = moved.choose(alone, plugins, Wanted(target="t", config=tmp_path / "own.toml"))
    assert len(chosen.domain.train) > 0
    with pytest.raises(UnknownName, match="target of"):
        moved.choose(alone, plugins, Wanted(target="other", config=tmp_path / "own.toml"))


def test_data_that_must_be_named(tmp_path):
    facts = [["a", "r", "b"], ["b", "r", "c"], ["c", "r", "d"], ["d", "r", "e"], ["e", "r", "a"], ["a", "s", "c"]]
    results = relxfer.run(
        {
            "name": "kg",
            "threads": 1,
            "target": {
                "dataset": {"use": "kg-files", "facts": facts, "test_fraction": 0.4},
                "model": {"use": "ultra", "dim": 4, "relation_layers": 1, "entity_layers": 1},
            },
            "training": {"steps": 1, "validations": 0},
            "strategy": ["scratch"],
            "report": {"baselines": False},
        },
        tmp_path / "run",
    )
    (file,) = results.folder.glob("cells/*/model.safetensors")
    plugins = Plugins.load(third_party=False)
    with pytest.raises(DataError, match="expected --facts FILE, or --config FILE, beside"):
        predictions.choose(file, plugins)
    chosen = predictions.choose(file, plugins, Wanted(config=results.folder / "config.toml"))
    (tmp_path / "mine.tsv").write_text("x\tr\ty\ny\ts\tz\n")
    own = predictions.choose(file, plugins, Wanted(facts=tmp_path / "mine.tsv"))
    answers = predictions.predict(own, {"head": ["z"], "relation": ["r"]}, 5)["answer"]
    assert set(answers) == {"x", "y", "z"}, "a graph that the run has never seen"
    table = predictions.predict(chosen, {"head": ["a"], "relation": ["r"]}, 2)
    assert list(table) == ["head", "relation", "tail", "answer", "rank", "probability"]


def test_the_first_schema_does_not_say_how_it_is_attached(alone, tmp_path):
    arrays, card = files.read_arrays(alone)
    kept = {key: card[key] for key in ("model", "tasks", "card")}
    plain = {name: array for name, array in arrays.items() if not name.startswith(("calibration/", "conformity/"))}
    files.write_arrays(tmp_path / "old.safetensors", plain, {"relxfer": 1, **kept})
    with pytest.raises(UnfitArtefact, match="got one of schema 1"):
        moved.choose(tmp_path / "old.safetensors", Plugins.load(third_party=False), Wanted())
