"""The contract of strategies: awkward ones pass it, and every kind of offender is caught."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from relxfer.testing import StrategyContract, harness


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
    message = Offender("my-statistics", tmp_path_factory, frozen=("stem",)).fails("test_frozen_parts_stay_as_they_were")
    assert "stem.1.running_mean" in message


def test_an_unknown_part_is_named(tmp_path_factory):
    message = Offender("my-plain", tmp_path_factory, frozen=("neck",)).fails("test_frozen_parts_stay_as_they_were")
    assert "got 'neck'" in message
