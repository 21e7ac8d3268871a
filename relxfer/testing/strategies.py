"""The contract of a strategy, as a class of tests to inherit from."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relxfer import Results
from relxfer.contract.plain import Table
from relxfer.contract.records import LEARNER_NAMES, TransferStrategy
from relxfer.declare import resolve
from relxfer.store import files
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness

STEPS = 6

#: Need -> keys of the target that withhold it.
WITHHELD: dict[str, Table] = {
    "target-labels": {"label_budgets": [0]},
    "target-inputs": {"dataset": {"use": "blobs-target", "unlabelled": False}},
    "same-task": {"dataset": {"use": "blobs-target", "answers": ["cat", "dog", "cow"]}},
    "classes": {"dataset": {"use": "blobs-target", "open": True}},
    **{name: {"model": "blobs-closed"} for name in LEARNER_NAMES},
}
SOURCES = ("source-model", "source-labels", "source-inputs", "teacher")


class StrategyContract:
    """Tests of what every strategy must fulfil; inherit from it and set `strategy`.

    strategy     name of the strategy
    options      its options in the configuration
    plugins      modules with hooks, for plugins that are not installed
    frozen       parts of the network that it must not change: "stem", "body", "head"
    followed_by  for a strategy with `stage=True`, the strategy that trains the head after it
    forwards     forward passes of the network for each batch and update; None if their number depends on the method
    """

    strategy: str
    options: Table = {}
    plugins: Sequence[Any] = ()
    frozen: Sequence[str] = ()
    followed_by: str | None = None
    forwards: int | None = 1

    def config(self, checkpoint: Path) -> Table:
        """The configuration of the experiment; override it for a strategy that needs another one."""
        alone = {"use": self.strategy, **self.options}
        return {
            "name": "contract",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": ["blobs-source"], "checkpoint": str(checkpoint)},
            "target": {"dataset": "blobs-target"},
            "training": {"batch_size": 8, **self._steps()},
            "strategy": {"stages": [alone, self.followed_by]} if self.followed_by else alone,
            "report": {"baselines": False},
        }

    def _steps(self) -> Table:
        """Options of training steps; none for a strategy without training, for which they would be refused."""
        offer = harness.plugins_with([blobs, *self.plugins]).find(TransferStrategy.kind, self.strategy)
        trains = isinstance(offer.record, TransferStrategy) and offer.record.seeded
        return {"steps": STEPS, "lr": 0.01, "validations": STEPS} if trains or self.followed_by else {}

    # ------------------------------------------------------------------ fixtures

    @pytest.fixture
    def checkpoint(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A source model, pre-trained once for all tests of a session."""
        return harness.pretrained(tmp_path_factory.getbasetemp())

    @pytest.fixture
    def whole(self, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
        """An uninterrupted run, made once for all tests of the class."""
        cls = type(self)
        if "_whole" not in vars(cls):
            cls._whole = self._run(self.config(checkpoint), tmp_path_factory.mktemp("whole"))  # type: ignore[attr-defined]
        return cls._whole  # type: ignore[attr-defined]

    def _run(self, config: Table, out: Path, *observers: Any) -> Results:
        return harness.run(config, out, [blobs, *self.plugins, *observers])

    def _needs(self, config: Table) -> Sequence[str]:
        return resolve.load(config, harness.plugins_with([blobs, *self.plugins])).methods[0].needs

    # ------------------------------------------------------------------ tests

    def test_the_strategy_runs(self, whole: Results) -> None:
        assert harness.the_cell(whole).n > 0

    def test_the_same_seed_gives_the_same_weights(self, checkpoint: Path, whole: Results, tmp_path: Path) -> None:
        again = self._run(self.config(checkpoint), tmp_path)
        assert harness.the_cell(again).sha == harness.the_cell(whole).sha
        assert harness.model_bytes(again) == harness.model_bytes(whole)

    @pytest.mark.parametrize("every", [2, 5])
    def test_interrupted_between_steps_it_ends_the_same(
        self, checkpoint: Path, whole: Results, tmp_path: Path, every: int
    ) -> None:
        config = _saving_always(self.config(checkpoint))
        resumed, _ = harness.run_with_interruptions(
            lambda attempt: self._run(config, tmp_path, harness.Observer(every))
        )
        assert harness.model_bytes(resumed) == harness.model_bytes(whole)

    def test_interrupted_inside_steps_it_ends_the_same(self, checkpoint: Path, whole: Results, tmp_path: Path) -> None:
        """At the first forward pass, then at the second and so on: in training, between updates, in validation."""
        config = _saving_always(self.config(checkpoint))

        def attempt(number: int) -> Results:
            with harness.interrupted_at_forward(number):
                return self._run(config, tmp_path)

        resumed, interruptions = harness.run_with_interruptions(attempt)
        assert interruptions > 0
        assert harness.model_bytes(resumed) == harness.model_bytes(whole)

    def test_it_never_sees_the_answers_of_the_test(self, checkpoint: Path, whole: Results, tmp_path: Path) -> None:
        config = _with_target(self.config(checkpoint), {"dataset": {"use": "blobs-target", "shuffle_test": 1}})
        shuffled = self._run(config, tmp_path)
        assert harness.the_cell(shuffled).evaluation != harness.the_cell(whole).evaluation
        assert harness.model_bytes(shuffled) == harness.model_bytes(whole)

    def test_it_is_refused_where_a_need_is_withheld(self, checkpoint: Path, tmp_path: Path) -> None:
        config = self.config(checkpoint)
        for need in self._needs(config):
            if need in SOURCES:
                changed: Table = {key: value for key, value in config.items() if key != "source"}
            elif need in WITHHELD:
                changed = _with_target(config, WITHHELD[need])
            else:
                continue  # a need that a plugin defines, which cannot be withheld here
            cell = self._run(changed, tmp_path / need).cells[0]
            assert cell.status == "refused", f"expected a refusal without {need}, got {cell.status}"
            assert f"needs {need}: " in cell.reason

    def test_one_forward_for_each_stream_and_update(self, checkpoint: Path, tmp_path: Path) -> None:
        """`loss(batch, head(features(batch)))` takes one forward pass; an additional `loss(batch)` takes another."""
        if self.forwards is None:
            pytest.skip("the method decides how many forwards a batch takes (forwards = None)")
        with harness.forwards_of_updates() as made:
            self._run(self.config(checkpoint), tmp_path)
        for update in made:
            most = update.streams * self.forwards
            assert update.forwards <= most, f"expected at most {most} forwards in an update, got {update.forwards}"
            if update.updates == 1:
                assert update.forwards == most, f"expected {most} forwards in a step, got {update.forwards}"

    def test_frozen_parts_stay_as_they_were(self, checkpoint: Path, whole: Results) -> None:
        """Every parameter and every buffer of a frozen part stays the same, bit for bit."""
        if not self.frozen:
            pytest.skip("no frozen parts are named (frozen = ...)")
        before, _ = files.read_arrays(checkpoint)
        after, _ = files.read_arrays(whole.folder / "cells" / harness.the_cell(whole).id / "model.safetensors")
        for part in self.frozen:
            names = [name for name in before if name.startswith(f"{part}.")]
            assert names, f"expected a part of the network (stem, body, head), got {part!r}"
            changed = [name for name in names if before[name].tobytes() != after[name].tobytes()]
            assert not changed, f"expected {part!r} to be frozen, got changes in {', '.join(changed)}"

    def test_the_stored_model_gives_the_judged_values(self, checkpoint: Path, whole: Results, tmp_path: Path) -> None:
        """Loaded from its file and evaluated again, it has the same scores for every query of the test."""
        shutil.copytree(whole.folder, tmp_path / "run")
        store, observer = Store(tmp_path / "run"), harness.Observer()
        evaluation = store.evaluation(harness.the_cell(whole).evaluation)
        judged, _ = files.read_arrays(evaluation)
        evaluation.unlink()
        again = self._run(self.config(checkpoint), store.folder, observer)
        assert observer.points == 0, "expected the stored model to be loaded, got a cell that was trained again"
        assert harness.the_cell(again).evaluation == harness.the_cell(whole).evaluation
        stored, _ = files.read_arrays(evaluation)
        assert stored.keys() == judged.keys()
        for name, values in judged.items():
            size = np.abs(values).max(initial=0.0) if values.dtype.kind == "f" else 0.0
            np.testing.assert_allclose(stored[name], values, rtol=0, atol=1e-5 * size, err_msg=name)

    def test_a_finished_cell_is_not_run_again(self, checkpoint: Path, whole: Results) -> None:
        observer = harness.Observer()
        again = self._run(self.config(checkpoint), whole.folder, observer)
        assert observer.cells == 0
        assert harness.the_cell(again).sha == harness.the_cell(whole).sha


def _with_target(config: Table, changes: Table) -> Table:
    return {**config, "target": {**config["target"], **changes}}


def _saving_always(config: Table) -> Table:
    """The configuration with a checkpoint after every step, which must not change the result."""
    always = {"checkpoint_seconds": 0.0} if "steps" in config["training"] else {}
    return {**config, "training": {**config["training"], **always}}
