"""The contract tests themselves: awkward methods pass them, and every kind of offender is caught."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from relxfer.testing import AdapterContract, StrategyContract, blobs, harness
from relxfer.testing.blobs_net import BlobsAdapter, BlobsLearner


def _module(name: str):
    """The module beside this file, importable by name as a plugin's modules are."""
    full = f"{__name__}_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).with_name(f"{name}.py"))
        sys.modules[full] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[full]


class InProcess(StrategyContract):
    plugins = (_module("in_process"),)


class TestAlternating(InProcess):
    strategy = "my-alternating"


class TestStatistics(InProcess):
    strategy = "my-statistics"
    frozen = ("body", "head")


class TestTwoStages(InProcess):
    """Stages share the cell; the contract of the whole is that of one strategy."""

    strategy = "my-statistics"
    followed_by = "finetune"


class Offender(InProcess):
    """An offender, and the pieces that a test of the contract wants."""

    def __init__(self, name: str, tmp_path_factory: pytest.TempPathFactory, **changes):
        self.strategy = name
        vars(self).update(changes)
        self.checkpoint_path = harness.pretrained(tmp_path_factory.getbasetemp())
        self.out = tmp_path_factory.mktemp(name)

    def fails(self, test: str, *more) -> str:
        """The message with which a test fails."""
        whole = self._run(self.config(self.checkpoint_path), self.out / "whole")
        arguments = {"checkpoint": self.checkpoint_path, "whole": whole, "tmp_path": self.out / "again"}
        function = getattr(self, test)
        named = function.__code__.co_varnames[: function.__code__.co_argcount]
        with pytest.raises(AssertionError) as caught:
            function(*more, **{key: value for key, value in arguments.items() if key in named})
        return str(caught.value)


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("my-unseeded", "test_the_same_seed_gives_the_same_weights"),
        ("my-remembering", "test_interrupted_inside_steps_it_ends_the_same"),
        ("my-unkept", "test_interrupted_inside_steps_it_ends_the_same"),
        ("my-twice", "test_one_forward_for_each_stream_and_update"),
    ],
)
def test_an_offender_is_caught(name, test, tmp_path_factory):
    Offender(name, tmp_path_factory).fails(test)


def test_a_strategy_that_reads_what_it_does_not_name_is_caught(tmp_path_factory):
    message = Offender("my-undeclared", tmp_path_factory).fails("test_the_strategy_runs")
    assert "IndexError" in message


def test_a_part_that_moves_is_not_frozen(tmp_path_factory):
    message = Offender("my-statistics", tmp_path_factory, frozen=("stem",)).fails("test_frozen_parts_stay_as_they_came")
    assert "stem.1.running_mean" in message


def test_an_unknown_part_is_named(tmp_path_factory):
    message = Offender("my-plain", tmp_path_factory, frozen=("neck",)).fails("test_frozen_parts_stay_as_they_came")
    assert "got 'neck'" in message


def test_a_plugin_that_is_installed_is_not_handed_over_again():
    import relxfer_strategies

    assert harness.not_installed([relxfer_strategies, blobs]) == [blobs]


# ------------------------------------------------------------------ adapters


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
        "test_predict_leaves_modes_as_found",
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


def test_a_failed_assertion_shows_what_it_compared(tmp_path):
    """In a suite of its own, as an author has it: pytest rewrites the assertions of what is imported in time."""
    suite = """
        from types import SimpleNamespace as Namespace
        import numpy as np
        from relxfer.testing import AdapterContract

        def learner(size):
            model = Namespace(state=lambda: ({"head": np.zeros(size)}, {}))
            return Namespace(export=lambda: model)

        def test_new():
            world = Namespace(attach=lambda arrays, card: learner(1))
            AdapterContract().test_a_new_model_has_the_same_shapes_and_has_learnt_nothing(world, learner(3))
    """
    (tmp_path / "test_mine.py").write_text(textwrap.dedent(suite))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "{'head': (1,)} == {'head': (3,)}" in done.stdout
