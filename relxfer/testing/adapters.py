"""The contract of an adapter, its model and its learner, as a class of tests to inherit from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relxfer import Examples
from relxfer.contract.plain import Table
from relxfer.plan.views import target_view
from relxfer.seeding import generator, seed_torch
from relxfer.store import json_text
from relxfer.testing import harness
from relxfer.testing.world import World, arrays_in, asked_of, learn, made, same, scores_of, state_of


class AdapterContract:
    """Tests of what every adapter and its learner must fulfil; inherit from it and set `config`.

    config     tables of a configuration: a `target`, and a `source` with data sets if there is one
    plugins    modules with hooks, for plugins that are not installed
    steps      number of gradient steps with which the learner is trained
    rows       number of queries in a batch
    tolerance  how far scores may differ if queries are in another order, since sums are then rounded differently
    """

    config: Table
    plugins: Sequence[Any] = ()
    steps = 3
    rows = 8
    tolerance = 1e-4

    def without_answers(self, learner: Any, examples: Examples, rows: np.ndarray) -> Examples:
        """These examples, with inputs from which the answers of these rows are removed.

        Implement it if the answers of training queries are inputs, as facts of a graph are.
        """
        pytest.skip("answers are not inputs (otherwise implement without_answers)")

    # ------------------------------------------------------------------ fixtures

    @pytest.fixture
    def world(self, tmp_path_factory: pytest.TempPathFactory) -> World:
        """The data and the trained learner, made once for all tests of the class."""
        cls = type(self)
        if "_world" not in vars(cls):
            cls._world = self._made(tmp_path_factory.mktemp("world"))  # type: ignore[attr-defined]
        return cls._world  # type: ignore[attr-defined]

    def _made(self, folder: Path) -> World:
        return made(self.config, harness.plugins_with(self.plugins), folder, self.steps, self.rows)

    def _learn(self, learner: Any, examples: Sequence[Any], folder: Path) -> None:
        learn(learner, examples, folder, self.steps, self.rows)

    @pytest.fixture
    def learner(self, world: World) -> Any:
        return world.learner()

    @pytest.fixture
    def trainable(self, world: World) -> Any:
        if not world.offers("gradients"):
            pytest.skip("the model offers no gradients")
        return world.learner()

    # ------------------------------------------------------------------ data

    def test_a_domain_is_complete(self, world: World) -> None:
        assert world.whole.test is not None, "expected a test split"
        assert world.whole.test.answers is not None, "expected the test split with its answers"
        assert world.whole.sha, "expected sha, a hash of the inputs"
        assert world.whole.task.answers, "expected the names of the answers"

    def test_a_domain_loads_the_same_twice(self, world: World) -> None:
        again = asked_of(world.target.dataset, world.target.task)
        assert again.sha == world.whole.sha
        for name in ("train", "val", "unlabelled", "test"):
            first, second = getattr(world.whole, name), getattr(again, name)
            assert (first and first.digest()) == (second and second.digest()), f"expected equal {name} splits"

    def test_names_of_queries_are_one_row_each(self, world: World) -> None:
        assert world.whole.test is not None
        columns = world.whole.name_queries(world.whole.test.queries)
        assert {len(column) for column in columns.values()} == {len(world.whole.test)}

    # ------------------------------------------------------------------ prediction

    def test_predict_covers_every_query_in_order(self, world: World, learner: Any) -> None:
        asked = world.test()
        scores = scores_of(learner, asked)
        assert len(scores) == len(asked)
        order = generator("order").permutation(len(asked))
        assert np.allclose(
            scores_of(learner, asked.take(order)), scores[order], atol=self.tolerance, rtol=self.tolerance
        )

    def test_scores_have_a_column_for_every_answer(self, world: World, learner: Any) -> None:
        assert scores_of(learner, world.test()).shape[1] == len(world.whole.task.answers)

    def test_predict_repeats_itself(self, world: World, learner: Any) -> None:
        first = scores_of(learner, world.test())
        seed_torch("elsewhere")
        assert np.array_equal(scores_of(learner, world.test()), first)

    def test_predict_reads_no_answers(self, world: World, learner: Any) -> None:
        asked = world.whole.test
        assert asked is not None
        assert asked.answers is not None
        wrong = replace(asked, answers=np.roll(asked.answers, 1, axis=0))
        assert np.array_equal(scores_of(learner, asked.hidden()), scores_of(learner, wrong))

    def test_predict_leaves_modes_as_they_were(self, world: World, trainable: Any) -> None:
        modules = list(trainable.module.modules())
        for index, module in enumerate(modules):
            module.training = index % 2 == 0
        before = state_of(trainable)[0]
        for _ in trainable.predict(world.test()):
            assert [m.training for m in modules] == [i % 2 == 0 for i in range(len(modules))]
        assert same(before, state_of(trainable)[0]), "expected predict to change no parameter and no buffer"

    # ------------------------------------------------------------------ batches

    def test_a_batch_is_a_function_of_its_arguments(self, world: World, trainable: Any) -> None:
        examples, rows = world.view.train, self._rows(world)
        batches = []
        for attempt in range(2):
            seed_torch("outside", attempt)
            np.random.seed(attempt)  # a batch must not depend on it
            batches.append(list(arrays_in(trainable.batch(examples, rows, generator("batch")))))
            trainable.batch(examples, np.roll(rows, 1), generator("another"))
        assert batches[0], "expected a batch that holds tensors or arrays"
        for (name, first), (_, second) in zip(*batches, strict=True):
            assert first.tobytes() == second.tobytes(), f"expected the same {name}, whatever batches were made before"

    def test_a_batch_does_not_see_its_own_answers(self, world: World, trainable: Any) -> None:
        examples, rows = world.view.train, self._rows(world)
        bare = self.without_answers(trainable, examples, rows)  # type: ignore[arg-type]
        full, less = (_loss(trainable, trainable.batch(e, rows, generator("batch"))) for e in (examples, bare))
        assert full == pytest.approx(less, rel=self.tolerance), "expected the same loss if the inputs lack the answers"

    def test_loss_of_given_scores(self, world: World, trainable: Any) -> None:
        if not world.offers("features"):
            pytest.skip("the model offers no features")
        batch = trainable.batch(world.view.train, self._rows(world), generator("batch"))
        assert trainable.features(batch).shape == (len(self._rows(world)), trainable.width)
        given = _loss(trainable, batch, lambda: trainable.head(trainable.features(batch)))
        assert _loss(trainable, batch) == pytest.approx(given, rel=self.tolerance)

    def test_the_tensor_of_a_batch_has_a_row_for_each_query(self, world: World, trainable: Any) -> None:
        if not world.offers("reconstruction"):
            pytest.skip("the model offers no reconstruction")
        batch = trainable.batch(world.view.train, self._rows(world), generator("batch"))
        tensor = trainable.tensor(batch)
        assert tensor.ndim == 2
        assert len(tensor) == len(self._rows(world))
        assert bool(tensor.isfinite().all())

    def test_a_batch_mixed_with_itself_is_itself(self, world: World, trainable: Any) -> None:
        if not world.offers("mixing"):
            pytest.skip("the model offers no mixing")
        assert world.view.train is not None
        hidden, rows = world.view.train.hidden(), self._rows(world)
        batch, other = (trainable.batch(hidden, each, generator("batch")) for each in (rows, rows[::-1].copy()))
        own = _features(trainable, batch)
        assert _features(trainable, trainable.mixed(batch, batch, 0.55)) == pytest.approx(own, abs=self.tolerance)
        for share, expected in ((1.0, own), (0.0, _features(trainable, other))):
            assert _features(trainable, trainable.mixed(batch, other, share)) == pytest.approx(
                expected, abs=self.tolerance
            )

    def _rows(self, world: World) -> np.ndarray:
        assert world.view.train is not None
        return np.arange(min(self.rows, len(world.view.train)))

    # ------------------------------------------------------------------ parts

    def test_parts_are_the_whole_and_the_head_is_last(self, trainable: Any) -> None:
        parts = trainable.parts()
        assert parts[-1][1] is trainable.head
        assert len({name for name, _ in parts}) == len(parts)
        in_parts = [id(p) for _, module in parts for p in module.parameters()]
        assert sorted(in_parts) == sorted(id(p) for p in trainable.module.parameters()), (
            "expected each parameter in one part"
        )

    def test_a_new_head_takes_the_place_of_the_old(self, world: World, trainable: Any) -> None:
        trainable.head = head = trainable.new_head()
        assert trainable.head is head
        assert trainable.parts()[-1][1] is head
        assert any(head is module for module in trainable.module.modules())
        batch = trainable.batch(world.view.train, self._rows(world), generator("batch"))
        assert np.isfinite(_loss(trainable, batch))

    # ------------------------------------------------------------------ models

    def test_what_is_exported_predicts_the_same(self, world: World, learner: Any) -> None:
        """The state of a model can be stored and loaded: arrays as numpy, the card as JSON."""
        arrays, card = state_of(learner)
        again = world.attach(arrays, json.loads(json_text.dumps(card)))
        assert np.array_equal(scores_of(again, world.test()), scores_of(learner, world.test()))
        assert same(state_of(again)[0], arrays)

    def test_a_new_model_has_the_same_shapes_and_has_learnt_nothing(self, world: World, learner: Any) -> None:
        new, learnt = state_of(world.attach(None, None))[0], state_of(learner)[0]
        assert {k: v.shape for k, v in new.items()} == {k: v.shape for k, v in learnt.items()}
        assert not learnt or not same(new, learnt)

    def test_learning_twice_gives_the_same(self, world: World, tmp_path: Path) -> None:
        learners = [world.learner(), world.learner()]
        for index, learner in enumerate(learners):
            self._learn(learner, [world.view.train], tmp_path / str(index))
        first, second = (state_of(learner)[0] for learner in learners)
        assert same(first, second)

    # ------------------------------------------------------------------ without a target, and without any data

    def test_a_source_is_trained_without_a_target(self, world: World, tmp_path: Path) -> None:
        """Pre-training attaches to sources alone; what it exports serves a target."""
        if not world.sources:
            pytest.skip("the configuration has no source")
        seed_torch("source")
        model = world.model(None, None)
        learner = world.target.adapter.build().attach(model, None, world.sources)
        self._learn(learner, [source.train for source in world.sources], tmp_path)
        arrays, card = state_of(learner)
        scores = scores_of(world.attach(arrays, json.loads(json_text.dumps(card))), world.test())
        assert np.isfinite(scores).any(axis=1).all(), "expected scores of a model that was pre-trained"

    def test_a_teacher_is_attached_to_nothing(self, world: World, trainable: Any) -> None:
        """With neither target nor sources a model keeps its own head, and answers batches of the target."""
        teacher = world.unbound()
        assert same(state_of(teacher)[0], world.arrays), "expected a teacher that is the model as it came"
        if not world.offers("features"):
            pytest.skip("the model offers no features")
        batch = trainable.batch(world.view.train, self._rows(world), generator("batch"))
        own, taught = (_features(each, batch) for each in (trainable, teacher))
        assert np.allclose(own, taught, atol=self.tolerance, rtol=self.tolerance), (
            "expected a teacher to compute the features of the model that it is"
        )

    # ------------------------------------------------------------------ source choice

    def test_relatedness_is_a_number_or_a_reason(self, world: World) -> None:
        adapter = world.target.adapter.build()
        if not hasattr(adapter, "relatedness") or not world.sources:
            pytest.skip("the adapter has no measures of relatedness, or the configuration no source")
        shown = target_view(world.whole, ("target-inputs",), "all", 0)
        for name, value in adapter.relatedness(world.sources[0], shown).items():
            assert value if isinstance(value, str) else np.isfinite(value), f"expected a finite {name}, or a reason"

    # ------------------------------------------------------------------ the engine

    def test_the_engine_runs_it(self, tmp_path: Path) -> None:
        config = {
            "name": "contract",
            "threads": 1,
            "device": "cpu",
            "strategy": {"use": "scratch"},
            "training": {"steps": self.steps, "batch_size": self.rows, "validations": 1},
            "report": {"baselines": False},
            **self.config,
        }
        results = harness.run(config, tmp_path, self.plugins)
        assert [cell.status for cell in results.cells] == ["done"] * len(results.cells), results.cells

    def test_what_is_withheld_is_said_with_a_reason(self, world: World) -> None:
        """What `withholds` names has a reason and a remedy; a model does not offer what it withholds."""
        model, adapter = world.target.model.record, world.target.adapter.record
        for name, reason in (*model.withholds.items(), *adapter.withholds.items()):
            assert len(reason.split()) > 3, f"expected a reason and a remedy for {name!r}"
        both = set(model.offers) & set(model.withholds)
        assert not both, f"both offered and withheld: {', '.join(sorted(both))}"


def _features(learner: Any, batch: Any) -> np.ndarray:
    """The features of a batch in eval mode."""
    from relxfer.authoring.torch_learner import evaluating

    with evaluating(learner.module):
        return learner.features(batch).detach().cpu().numpy()


def _loss(learner: Any, batch: Any, scores: Callable[[], Any] = lambda: None) -> float:
    """The loss of a batch in eval mode, in which the network draws no random numbers."""
    from relxfer.authoring.torch_learner import evaluating

    with evaluating(learner.module):
        return float(learner.loss(batch, scores()).detach())
