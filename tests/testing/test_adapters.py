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
