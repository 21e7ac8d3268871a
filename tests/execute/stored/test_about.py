"""What a file of a model says beside the model."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from relxfer.contract.data import Domain
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.errors import PluginError, UnfitArtefact
from relxfer.execute.stored import about
from relxfer.execute.stored.about import About, Calibration
from relxfer.judge.metrics.classification import Classification
from relxfer.plugins.finder import Plugins
from relxfer.store import files

HERE = Path("model.safetensors")


@pytest.fixture(scope="module")
def adapter() -> Chosen:
    offer = Plugins.load(third_party=False).find("target adapter", "images")
    return Chosen(offer, options_model(offer)(size=32))


class Prepared(Domain):
    def prepares(self):
        return {"side": 32}

    def name_queries(self, queries):
        return {"head": [], "relation": []}


def learner(said: Any) -> Any:
    return SimpleNamespace(prepares=lambda: said)


def test_what_is_written_is_read(adapter, tmp_path):
    target = Prepared("d", Classification(answers=("a", "b")))
    fitted = Calibration({"use": "temperature"}, {"t": np.ones(1)}, {"n": 3})
    made = About.of(learner({"mean": [0.5]}), adapter, target, fitted)
    assert (made.inputs, made.network, made.columns) == ({"side": 32}, {"mean": [0.5]}, ("head", "relation"))
    assert made.adapter is not None
    assert (made.adapter["use"], made.adapter["size"]) == ("images", 32)
    files.write_arrays(tmp_path / "m.safetensors", {"w": np.zeros(2)} | made.arrays(), {"relxfer": 2, **made.card()})
    arrays, card = files.read_arrays(tmp_path / "m.safetensors")
    again, rest = about.read(card, arrays, HERE)
    assert list(rest) == ["w"]
    assert again.calibration is not None
    assert list(again.calibration.arrays) == ["t"]
    assert again.calibration.card == {"n": 3}
    assert (again.adapter, again.inputs, again.columns) == (made.adapter, made.inputs, made.columns)


def test_a_learner_without_a_domain_says_what_it_knows(adapter):
    made = About.of(SimpleNamespace(), adapter, None, None)
    assert (made.inputs, made.network, made.columns, made.calibration) == ({}, {}, (), None)


def test_the_first_schema_says_nothing():
    assert about.read({"relxfer": 1}, {"calibration/w": np.ones(1)}, HERE) == (About(), {"calibration/w": np.ones(1)})


@pytest.mark.parametrize("schema", [0, 3, "2", None, True, [2], 2.5])
def test_another_schema_is_refused(schema):
    with pytest.raises(UnfitArtefact, match=r"model\.safetensors: expected a model of schema 1 or 2"):
        about.read({"relxfer": schema}, {}, HERE)


@pytest.mark.parametrize("said", [None, [1], {"a": {1}}, {"a": object()}])
def test_what_is_no_json_is_told(adapter, said):
    with pytest.raises(PluginError, match=r"expected prepares\(\) of the learner SimpleNamespace"):
        About.of(learner(said), adapter, None, None)
