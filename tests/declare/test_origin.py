"""What a source without data comes from, and what it is called."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from relxfer.declare import origin
from relxfer.declare.experiment import Chosen
from relxfer.declare.schema import SourceConfig


def model(bring=None, name=None):
    offer = SimpleNamespace(record=SimpleNamespace(name="net", bring=bring))
    return Chosen(offer, SimpleNamespace(name=name))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "weights by name, got the model 'net' alone, which brings no weights"),
        ({"datasets": ["a"], "continued": True}, "training goes on from, got the model 'net' alone"),
        ({"datasets": ["a"]}, None),
        ({"weights": "W"}, None),
    ],
)
def test_only_a_model_that_brings_weights_is_a_source_by_itself(given, problem):
    config = SourceConfig.model_validate({"model": "net", **given})
    told = origin.missing(config, model())
    assert told is None if problem is None else problem in told
    assert origin.missing(config, model("a:bring")) is None


def test_a_source_is_called_after_what_it_is_read_from(tmp_path):
    (tmp_path / "mine.pth").touch()
    named = SourceConfig(model="net", weights="W")
    assert origin.stem(named, model(name="a.b")) == "net W"
    assert origin.stem(SourceConfig(model="net"), model(name="a.b")) == "net a.b"
    assert origin.stem(SourceConfig(model="net"), model()) == "net"
    file = SourceConfig.model_validate({"checkpoint": "mine.pth"}, context={"folder": tmp_path})
    assert origin.stem(file, model(name="a.b")) == "mine"
