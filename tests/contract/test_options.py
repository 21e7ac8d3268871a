"""Options models: strict about types and names, paths that must exist, and training options that act."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from relxfer.contract.options import Options, TrainingOptions, UserFile, UserFolder, UserPath


class Mine(Options):
    rate: float = 0.1
    count: int = 1
    on: bool = False


class Paths(Options):
    any: UserPath | None = None
    file: UserFile | None = None
    folder: UserFolder | None = None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"count": True}, "expected a number"),
        ({"on": 1}, "expected true or false"),
        ({"rate": float("nan")}, "finite"),
        ({"rates": 1}, "Extra inputs"),
    ],
)
def test_what_is_written_is_what_is_meant(options, told):
    with pytest.raises(ValidationError, match=told):
        Mine(**options)


def test_options_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        Mine().rate = 2.0


def test_a_whole_number_is_a_number():
    assert Mine(rate=1).rate == 1.0


def test_paths_are_relative_to_the_folder_of_the_configuration(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.csv").write_text("")
    made = Paths.model_validate({"any": "deep", "file": "deep/a.csv", "folder": "deep"}, context={"folder": tmp_path})
    assert made.file == (tmp_path / "deep" / "a.csv").resolve()
    assert made.any == made.folder == (tmp_path / "deep").resolve()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"any": "none"}, "there is no file or folder"),
        ({"any": "a\0b"}, "there is no file or folder"),
        ({"file": "."}, "expected a file, got the folder"),
        ({"folder": "a.csv"}, "expected a folder, got the file"),
    ],
)
def test_paths_that_are_not_there_or_of_another_kind(tmp_path, table, told):
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(ValidationError, match=told):
        Paths.model_validate(table, context={"folder": tmp_path})


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ValidationError, match="got no permission for"):
        Paths(file=tmp_path / "a.csv")


def test_a_stranger_names_no_path(tmp_path):
    context = {"stranger": "in the card of a checkpoint; say it yourself"}
    with pytest.raises(ValidationError, match=r"expected plain values, got '.*', in the card of a checkpoint"):
        Paths.model_validate({"any": str(tmp_path)}, context=context)
    assert Paths.model_validate({}, context=context).any is None


@pytest.mark.parametrize(
    ("options", "inert"),
    [
        ({"momentum": 0.9}, {"momentum"}),
        ({"optimizer": "adam", "momentum": 0.9}, {"momentum"}),
        ({"validations": 0, "patience": 2}, {"patience"}),
        ({"steps": 0, "ema": 0.9, "clip_norm": 1.0, "balance": "loss"}, {"ema", "clip_norm", "balance"}),
        ({"steps": 0, "lr": 1.0, "schedule": "linear", "batch_size": 2}, {"lr", "schedule"}),
    ],
)
def test_training_options_without_effect(options, inert):
    with pytest.raises(ValidationError) as caught:
        TrainingOptions(**options)
    assert {error["loc"][0] for error in caught.value.errors()} == inert


@pytest.mark.parametrize("options", [{"ema": 0.0}, {"ema": 1.0}, {"clip_norm": 0.0}, {"warmup": 1.0}, {"warmup": -0.1}])
def test_training_options_out_of_range(options):
    with pytest.raises(ValidationError):
        TrainingOptions(**options)


def test_training_options_that_act():
    made = TrainingOptions(optimizer="sgd", momentum=0.9, validations=2, patience=1)
    assert (made.momentum, made.patience) == (0.9, 1)
    assert TrainingOptions(steps=0, batch_size=2).batch_size == 2


def test_the_folder_of_a_path_need_not_be_a_text(tmp_path):
    assert Paths.model_validate({"folder": Path()}, context={"folder": tmp_path}).folder == tmp_path.resolve()
