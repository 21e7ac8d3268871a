"""The contract of a validator, as a class of tests to inherit from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relxfer import Results
from relxfer.contract.data import Examples
from relxfer.contract.plain import Table
from relxfer.contract.records import Validator
from relxfer.contract.strategies import Cell
from relxfer.data.load import domain_of
from relxfer.plan.views import source_view, target_view
from relxfer.plugins.finder import Plugins
from relxfer.seeding import seed_torch
from relxfer.testing import blobs, harness
from relxfer.testing.offers import OfferContract
from relxfer.testing.world import World, made, same, state_of


class ValidatorContract(OfferContract):
    """Tests of what every validator must fulfil; inherit from it and set `validator`.

    validator  name of the validator
    options    its options in the configuration
    plugins    modules with hooks, for plugins that are not installed
    target     the table `target` of a configuration; by default three classes of points
    source     the table `source`
    """

    record = Validator
    key = "validator"
    validator: str
    target: Table = {"dataset": "blobs-target"}
    source: Table = {"datasets": ["blobs-source"], "training": {"steps": 5}}

    def loaded(self) -> Plugins:
        return self.once("_loaded", lambda: harness.plugins_with([blobs, *self.plugins]))

    @pytest.fixture
    def world(self, tmp_path_factory: pytest.TempPathFactory) -> World:
        """The data, and a model after a few steps, made once for all tests of the class."""
        config = {"target": self.target, "source": self.source}
        return self.once("_world", lambda: made(config, self.loaded(), tmp_path_factory.mktemp("world"), 10, 8))

    @pytest.fixture
    def cell(self, world: World) -> Cell:
        """What a validator is given: only what its needs name, and never a test."""
        return self.once("_cell", lambda: self._cell(world))

    def _cell(self, world: World) -> Cell:
        needs = self.chosen().record.needs
        target, sources = target_view(world.whole, needs, "all", 0), []
        if any(need.startswith("source-") for need in needs):
            tables = self.source["datasets"]
            found = [self.loaded().find("dataset", each if isinstance(each, str) else each["use"]) for each in tables]
            assert found, "expected source data for a validator that needs them"
            sources = [source_view(domain_of(self._source(each)), needs) for each in tables]
        return Cell(None, None, target, tuple(sources))

    def _source(self, table: Any) -> Any:
        from relxfer.declare.experiment import Chosen
        from relxfer.declare.resolve import options_model

        written = {"use": table} if isinstance(table, str) else dict(table)
        offer = self.loaded().find("dataset", written.pop("use"))
        return Chosen(offer, options_model(offer).model_validate(written))

    # ------------------------------------------------------------------ the score

    def test_its_score_is_a_number_or_none(self, world: World, cell: Cell) -> None:
        """With the data that its needs name, and no other."""
        score = self.built().score(world.learner(), cell)
        assert score is None or np.isfinite(score), f"expected a finite score, or None, got {score!r}"

    def test_its_score_depends_on_no_earlier_call(self, world: World, cell: Cell) -> None:
        """A resumed run does not repeat the calls that were made before."""
        learners = (world.learner, lambda: self._untrained(world))
        alone = [self.built().score(learner(), cell) for learner in learners]
        for order in ((0, 1, 0), (1, 0, 1)):
            validator = self.built()
            for index in order:
                score = validator.score(learners[index](), cell)
                assert _close(score, alone[index]), (
                    f"expected {alone[index]}, the score of a new validator, got {score} after those of other learners"
                )

    def test_its_score_draws_no_random_numbers(self, world: World, cell: Cell) -> None:
        scores = []
        for seed in range(2):
            seed_torch("validator", seed)
            np.random.seed(seed)
            scores.append(self.built().score(world.learner(), cell))
        assert _close(*scores), f"expected a score without random numbers from outside, got {scores[0]} and {scores[1]}"

    def test_it_leaves_the_learner_as_it_was(self, world: World, cell: Cell) -> None:
        learner = world.learner()
        modules = list(learner.module.modules()) if hasattr(learner, "module") else []
        for index, module in enumerate(modules):
            module.training = index % 2 == 0
        before = state_of(learner)[0]
        self.built().score(learner, cell)
        assert same(before, state_of(learner)[0]), "expected a validator to change no parameter and no buffer"
        assert [m.training for m in modules] == [i % 2 == 0 for i in range(len(modules))], "expected modes as they were"

    def test_right_answers_score_higher(self, cell: Cell) -> None:
        """A higher score is a better model, where the validator sees right answers."""
        if "target-labels" not in self.chosen().record.needs or cell.target.val is None:
            pytest.skip("the validator reads no labels of the target")
        right, wrong = (self.built().score(_Knowing(cell.target.val, shift), cell) for shift in (0, 1))
        assert right is not None
        assert wrong is not None
        assert right > wrong, f"expected a higher score of right answers, got {right}, and {wrong} of wrong ones"

    def _untrained(self, world: World) -> Any:
        seed_torch("untrained")
        return world.attach(None, None)

    # ------------------------------------------------------------------ the engine

    def test_it_never_sees_the_test(self, tmp_path: Path) -> None:
        """Permuted answers of the test leave its scores as they are."""
        if self.target.get("dataset") != "blobs-target":
            pytest.skip("the test of the target cannot be permuted")
        traces = [self._scores(seed, tmp_path / str(seed)) for seed in (0, 1)]
        assert traces[0] == traces[1], "expected the same scores, whatever the answers of the test are"

    def _scores(self, seed: int, out: Path) -> list[float | None]:
        """The validation scores of a run, with the answers of the test permuted by a seed."""
        config = {
            "name": "contract",
            "threads": 1,
            "device": "cpu",
            "source": self.source,
            "target": {"dataset": {"use": "blobs-target", "shuffle_test": seed}},
            "training": {"steps": 6, "batch_size": 8, "validations": 3},
            "strategy": {"use": "finetune"},
            "validator": {"use": self.validator, **self.options},
            "report": {"baselines": False},
        }
        results: Results = harness.run(config, out, [blobs, *self.plugins])
        trace = results.folder / "cells" / harness.the_cell(results).id / "trace.jsonl"
        return [json.loads(line)["values"].get("validation") for line in trace.read_text().splitlines()]


class _Knowing:
    """A learner that gives the answers of examples, each moved by some classes."""

    def __init__(self, examples: Examples, shift: int):
        assert examples.answers is not None
        self.classes, self.shift = int(examples.answers.max()) + 1, shift
        keys = examples.queries.reshape(len(examples), -1).tolist()
        self.answers = dict(zip(map(tuple, keys), examples.answers.tolist(), strict=True))

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        keys = map(tuple, examples.queries.reshape(len(examples), -1).tolist())
        answers = (np.array([self.answers[key] for key in keys]) + self.shift) % self.classes
        yield np.eye(self.classes, dtype=np.float32)[answers] * 4


def _close(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return bool(np.isclose(first, second, rtol=1e-5, atol=1e-6))
