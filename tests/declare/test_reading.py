"""Models and adapters meet by what they read."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from relxfer import Dataset, SourceModel, TargetAdapter, hookimpl
from relxfer.declare import reading, resolve
from relxfer.declare.experiment import Chosen
from relxfer.declare.schema import SourceConfig
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins

DATA = Dataset(name="mine", load="m:f", content="mine.things")


def adapter(name: str, *reads: str) -> TargetAdapter:
    return TargetAdapter(name=name, load="m:f", reads=reads)


class Offers:
    """A plugin that offers these records."""

    def __init__(self, *records):
        self.records = records

    @hookimpl
    def relxfer_target_adapters(self):
        return [record for record in self.records if isinstance(record, TargetAdapter)]

    @hookimpl
    def relxfer_datasets(self):
        return [record for record in self.records if isinstance(record, Dataset)]

    @hookimpl
    def relxfer_source_models(self):
        return [record for record in self.records if isinstance(record, SourceModel)]


@pytest.fixture
def plugins():
    def made(*records) -> Plugins:
        plugins = Plugins.load(third_party=False)
        plugins.register(Offers(*records), "mine")
        assert not plugins.broken
        return plugins

    return made


def test_the_adapter_that_reads_the_data_is_taken(plugins):
    assert reading.adapter_of(plugins(adapter("a", "mine.things"), adapter("b", "other")), DATA) == "a"


def test_a_built_in_adapter_comes_first(plugins):
    pictures = Dataset(name="mine", load="m:f", content="pictures")
    assert reading.adapter_of(plugins(adapter("a", "pictures")), pictures) == "images"


def test_rivals_are_named_with_the_key_that_chooses(plugins):
    with pytest.raises(ValueError, match=r"one adapter that reads 'mine.things', got a, b; .* adapter = \"a\""):
        reading.adapter_of(plugins(adapter("a", "mine.things"), adapter("b", "mine.things")), DATA)


def test_what_nobody_reads_is_told_at_the_target(plugins):
    with pytest.raises(ConfigError) as caught:
        resolve.load({"target": {"dataset": "mine"}}, plugins(DATA))
    (problem,) = caught.value.problems
    assert problem.key == "target[0].adapter"
    assert "adapter that reads 'mine.things', which the data set 'mine' is, got none" in str(problem)
    assert "knowledge-graph, network, pictures" in str(problem)


def test_a_rival_can_be_chosen(plugins):
    model = SourceModel(name="m", load="m:f", reads=("mine.things",))
    offers = plugins(DATA, model, adapter("a", "mine.things"), adapter("b", "mine.things"))
    chosen = resolve.load({"target": {"dataset": "mine", "adapter": "b", "model": "m"}}, offers).targets[0]
    assert chosen.adapter.name == "b"


def test_an_adapter_that_a_model_needs():
    model = SourceModel(name="m", load="m:f", reads=("mine.things",), adapter="a")
    assert reading.unfit(model, adapter("a", "mine.things"), DATA) is None
    told = reading.unfit(model, adapter("b", "mine.things"), DATA)
    assert told == "model 'm' needs the adapter 'a', got 'b' (write adapter = \"a\", or name another model)"


@pytest.mark.parametrize(
    ("tasks", "kind", "may"),
    [((), "", True), ((), "b", True), (("a",), "", True), (("a",), "a", True), (("a",), "b", False),
     (("b",), "", False), (("b",), "b", True), (("a", "b"), "", True), (("b",), "a", False)],
)  # fmt: skip
def test_a_prior_may_predict_the_named_task_or_one_that_need_not_be_named(tasks, kind, may):
    prior = SourceModel(name="prior", load="m:f", reads=("x",), tasks=tasks)
    adapter = TargetAdapter(name="some", load="m:f", reads=("x",), models={"b": "other"})
    assert reading.may_predict(prior, adapter, kind) == may


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
    told = reading.missing_origin(config, model())
    assert told is None if problem is None else problem in told
    assert reading.missing_origin(config, model("a:bring")) is None


def test_a_source_is_called_after_what_it_is_read_from(tmp_path):
    (tmp_path / "mine.pth").touch()
    named = SourceConfig(model="net", weights="W")
    assert reading.source_name(named, model(name="a.b")) == "net W"
    assert reading.source_name(SourceConfig(model="net"), model(name="a.b")) == "net a.b"
    assert reading.source_name(SourceConfig(model="net"), model()) == "net"
    file = SourceConfig.model_validate({"checkpoint": "mine.pth"}, context={"folder": tmp_path})
    assert reading.source_name(file, model(name="a.b")) == "mine"
