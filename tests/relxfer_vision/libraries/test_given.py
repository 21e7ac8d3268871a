"""What networks of all libraries have in common: digests, whole runs, libraries that are not there."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from PIL import Image
from relxfer_vision.libraries import timm as by_name
from relxfer_vision.libraries.options import TimmOptions

import relxfer
from relxfer import cli
from relxfer.errors import ArtefactError, RelxferError
from relxfer.store import files


def config(**more):
    return {
        "name": "one",
        "threads": 1,
        "device": "cpu",
        "source": {"model": {"use": "timm", "name": "small.one_in1k", **more}},
        "target": {"dataset": "digits", "label_budgets": [40]},
        "training": {"steps": 2, "batch_size": 8, "validations": 1},
        "strategy": {"use": "feature-extraction"},
    }


def test_a_library_that_is_not_there_or_does_not_import_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ArtefactError, match="expected the library timm, got none; pip install timm"):
        by_name.bring(TimmOptions(name="small"))


def test_other_weights_than_those_of_the_digest_are_refused(timm):
    arrays, card = by_name.bring(TimmOptions(name="small"))
    digest = files.content_digest(arrays, card)
    by_name.bring(TimmOptions(name="small", digest=digest[:12]))
    with pytest.raises(ArtefactError, match=f"sha256 begins with 00000000, got {digest}"):
        by_name.bring(TimmOptions(name="small", digest="0" * 8))


def test_a_run_records_the_weights_and_predicts_by_those(timm, tmp_path):
    results = relxfer.run(config(), out=tmp_path / "run")
    assert {row.strategy for row in results.rows} >= {"feature-extraction", "scratch"}
    assert results.sources["timm small.one_in1k"].path == "timm small.one_in1k"
    (cell,) = [each for each in results.cells if each.strategy == "feature-extraction"][:1]
    stored, _ = files.read_arrays(results.folder / "cells" / cell.id / "model.safetensors")
    wanted = timm.create_model("small", True).state_dict()
    assert torch.equal(torch.from_numpy(stored["module.stem.0.weight"]), wanted["stem.0.weight"])
    assert stored["module.classifier.1.weight"].shape == (10, 16)
    before = _answers(results, tmp_path)
    again = relxfer.run(config(), out=tmp_path / "run")
    assert {each.id for each in again.cells} == {each.id for each in results.cells}
    made = timm.create_model("small", True)
    made.zz_gate.bias.data += 1
    timm.create_model = lambda name, pretrained: made
    assert _answers(results, tmp_path) == before  # what a run answers, it answers by the weights that it stored
    other = relxfer.run(config(), out=tmp_path / "run")
    assert not {each.id for each in other.cells if each.strategy == "feature-extraction"} & {cell.id}


def test_wrong_weights_end_a_run_before_anything_is_trained(timm, tmp_path):
    with pytest.raises(RelxferError, match="sha256 begins with 12345678"):
        relxfer.run(config(digest="12345678"), out=tmp_path / "run")
    assert not list((tmp_path / "run").glob("cells/*"))


def _answers(results, folder):
    """Of one picture, by the row of the network."""
    Image.fromarray(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).save(folder / "one.png")
    asked = ["--queries", str(folder / "one.png"), "--out", str(folder / "answers.csv"), "--force"]
    assert cli.main(["predict", str(results.folder), "--strategy", "feature-extraction", *asked]) == 0
    return (folder / "answers.csv").read_text()
