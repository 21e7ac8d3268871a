"""The contract of an observer, as a class of tests to inherit from."""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from relxfer import Results
from relxfer.contract.hooks import OBSERVERS
from relxfer.contract.plain import Table
from relxfer.testing import blobs, harness
from relxfer.testing.sections import Fails

_NAMES = ("source", "target", "strategy", "role", "budget", "seed", "id")


class ObserverContract:
    """Tests of what every observer must fulfil; inherit from it and set `observer`.

    observer  the module or object with the hooks
    plugins   further modules with hooks, for plugins that are not installed
    """

    observer: Any
    plugins: Sequence[Any] = ()

    def config(self) -> Table:
        """The configuration of the run that is observed; override it for an observer that needs another one."""
        return {
            "name": "contract",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": ["blobs-source"], "training": {"steps": 2}},
            "target": {"dataset": "blobs-target", "label_budgets": [0, 12]},
            "training": {"steps": 4, "validations": 2},
            "strategy": [{"use": "finetune"}, {"use": "fails"}],
            "report": {"baselines": False},
        }

    @pytest.fixture
    def alone(self, tmp_path_factory: pytest.TempPathFactory) -> Results:
        """A run without the observer, made once for all tests of the class."""
        cls = type(self)
        if "_alone" not in vars(cls):
            cls._alone = self._run(tmp_path_factory.mktemp("alone"))  # type: ignore[attr-defined]
        return cls._alone  # type: ignore[attr-defined]

    def _run(self, out: Path, *observers: Any) -> Results:
        return harness.run(self.config(), out, [blobs, Fails(), *self.plugins, *observers])

    # ------------------------------------------------------------------ tests

    def test_it_observes_something(self) -> None:
        assert self._hooks(), f"expected a hook that observes: {', '.join(OBSERVERS)}"

    def test_it_raises_nothing(self, tmp_path: Path) -> None:
        """In a run with cells that are done, failed and refused, which is then run again."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(2):
                self._run(tmp_path, self.observer)
        told = [str(each.message) for each in caught if "observer" in str(each.message)]
        assert not told, f"expected an observer that raises nothing, got {told[0]}"

    def test_it_changes_no_result(self, alone: Results, tmp_path: Path) -> None:
        observed = self._run(tmp_path, self.observer)
        assert [(c.id, c.status, c.sha, c.metrics) for c in observed.cells] == [
            (c.id, c.status, c.sha, c.metrics) for c in alone.cells
        ], "expected the results of a run without the observer"

    def test_it_leaves_the_run_directory_alone(self, alone: Results, tmp_path: Path) -> None:
        self._run(tmp_path, self.observer)
        fresh = _files(tmp_path) - _files(alone.folder)
        assert not fresh, f"expected no files of the observer in the run directory, got {', '.join(sorted(fresh))}"

    def test_it_prints_nothing_to_standard_output(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """`relxfer run --json` prints its results there."""
        self._run(tmp_path, self.observer)
        assert capfd.readouterr().out == "", "expected messages on standard error"

    def test_it_takes_events_in_any_order(self, alone: Results) -> None:
        """Several cells run at a time in worker processes, so that their events are mixed; values stay as they were."""
        for hook, values in self._mixed(alone):
            function = self._hooks().get(hook)
            if function is None:
                continue
            given = {name: values[name] for name in inspect.signature(function).parameters if name in values}
            kept = {name: copy.deepcopy(value) for name, value in given.items() if isinstance(value, Mapping | list)}
            function(**given)
            changed = [name for name, value in kept.items() if given[name] != value]
            assert not changed, f"expected an observer that changes none of its arguments, got another {changed[0]}"

    def _hooks(self) -> dict[str, Any]:
        """The hooks that the observer implements, by name."""
        return {name: getattr(self.observer, name) for name in OBSERVERS if hasattr(self.observer, name)}

    def _mixed(self, alone: Results) -> list[tuple[str, dict[str, Any]]]:
        """The events of two cells that run at the same time, one of which fails, and of an end without a beginning."""
        cells = [
            dict(zip(_NAMES, ("s", "t", "finetune", "candidate", "all", seed, f"{seed}" * 16), strict=True))
            for seed in (0, 1)
        ]
        lost = {**cells[0], "strategy": "lost", "id": "f" * 16}
        done = {"status": "done", "id": cells[0]["id"], "sha": "0" * 64, "seconds": 1.0, "peak_mb": 1.0}
        done |= {"trained_parameters": 3, "selection": "last-step"}
        failed = {"status": "failed", "reason": "RuntimeError: no scores today"}
        point = {"phase": "fit-0", "step": 2, "values": {"loss": 1.0}}
        begun = {"folder": alone.folder, "options": {"training.lr": 0.1}, "points": [copy.deepcopy(point)]}
        return [
            ("relxfer_run_started", {"folder": alone.folder, "cells": 3}),
            *(("relxfer_cell_started", {"cell": cell, **copy.deepcopy(begun)}) for cell in cells),
            *(("relxfer_epoch_finished", {"cell": cell, **copy.deepcopy(point)}) for cell in reversed(cells)),
            ("relxfer_cell_finished", {"cell": cells[1], "outcome": failed}),
            ("relxfer_cell_finished", {"cell": lost, "outcome": failed}),
            ("relxfer_cell_finished", {"cell": cells[0], "outcome": done}),
            ("relxfer_run_finished", {"folder": alone.folder, "results": alone}),
        ]


def _files(folder: Path) -> set[str]:
    """The names of files and folders in a run directory, without those that are named by what they hold."""
    return {path.name for path in folder.iterdir()}
