"""The contract of adapters: learners that do not keep it are caught."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from relxfer.testing import AdapterContract, blobs
from relxfer.testing.blobs_net import BlobsAdapter, BlobsLearner


class Careless(BlobsLearner):
    """Offends in every method."""

    def batch(self, examples, rows, rng):
        batch = super().batch(examples, rows, rng)
        return replace(batch, points=batch.points + torch.randn_like(batch.points))

    def predict(self, examples):
        self.module.eval()
        yield from super().predict(examples.take(examples.queries.argsort()[::-1]))

    def parts(self):
        return super().parts()[1:]


class HeadlessTeacher(BlobsLearner):
    """Offends: attached to nothing, it takes a new body."""

    def __init__(self, model, bound):
        super().__init__(model)
        if not bound:
            torch.nn.init.zeros_(self.module["body"][0].weight)


def test_a_teacher_that_is_another_model_is_caught(failed, monkeypatch):
    def attach(self, model, target, sources):
        return HeadlessTeacher(model, target is not None or sources)

    monkeypatch.setattr(BlobsAdapter, "attach", attach)
    contract = type("Planted", (AdapterContract,), {"config": {"target": {"dataset": "blobs-target"}}})
    contract.plugins = (blobs,)
    assert "the model as it came" in str(failed(contract, "test_a_teacher_is_attached_to_nothing"))


def test_an_adapter_that_needs_a_target_is_caught(failed, monkeypatch):
    def attach(self, model, target, sources):
        assert target.task.answers, "a target"
        return BlobsLearner(model)

    monkeypatch.setattr(BlobsAdapter, "attach", attach)
    source = {"datasets": ["blobs-source"], "training": {"steps": 1}}
    contract = type("Planted", (AdapterContract,), {"plugins": (blobs,)})
    contract.config = {"target": {"dataset": "blobs-target"}, "source": source}
    tests = ("test_a_teacher_is_attached_to_nothing", "test_a_source_is_trained_without_a_target")
    assert failed(contract, *tests).keys() == set(tests)


@pytest.mark.parametrize(
    "test",
    [
        "test_a_batch_is_a_function_of_its_arguments",
        "test_predict_repeats_itself",
        "test_predict_covers_every_query_in_order",
        "test_predict_leaves_modes_as_they_were",
        "test_parts_are_the_whole_and_the_head_is_last",
    ],
)
def test_a_careless_learner_is_caught(test, tmp_path, monkeypatch):
    monkeypatch.setattr(BlobsAdapter, "attach", lambda self, model, target, sources: Careless(model))
    contract = AdapterContract()
    contract.config, contract.plugins = {"target": {"dataset": "blobs-target"}}, (blobs,)
    world = contract._made(tmp_path)
    function = getattr(contract, test)
    named = function.__code__.co_varnames[: function.__code__.co_argcount]
    given = {"world": world, "learner": world.learner(), "trainable": world.learner()}
    with pytest.raises(AssertionError):
        function(**{name: value for name, value in given.items() if name in named})
