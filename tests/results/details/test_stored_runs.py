"""Runs as they are stored: read once where seeds share one, with or without what older files lack."""

from __future__ import annotations

import numpy as np

from relxfer.judge.metrics.classification import Classification
from relxfer.results.details import stored_runs
from relxfer.results.details.evaluations import Evaluations
from relxfer.results.runs import Runs
from relxfer.store import files, stored_names
from relxfer.store.run_directory import Store

TASK = Classification(("cat", "dog"))
ARRAYS = {"scores": np.eye(2), "answers": np.array([0, 0]), stored_names.UNITS: np.array([4, 5])}


def read(folder, arrays, shared=False):
    store = Store(folder)
    for number in range(2):
        files.write_arrays(store.evaluation(f"{number:016x}"), arrays, {"kind": "classification"})
    runs = Runs("one", {(None, seed): f"{0 if shared else seed:016x}" for seed in range(2)})
    return stored_runs.read(Evaluations(store), runs, TASK, "")


def test_seeds_that_share_a_run_count_once(tmp_path):
    assert len(read(tmp_path, ARRAYS)) == 2
    (run,) = read(tmp_path, ARRAYS, shared=True)
    assert run.items.tolist() == [4, 5]
    assert run.probability is None
    assert run.predicted(run.answered(TASK)).tolist() == [0, 1]


def test_probabilities_are_calibrated_ones_and_items_are_groups_where_there_are_some(tmp_path):
    sure = {stored_names.CONFIDENCE: np.array([0.9, 0.8]), stored_names.RIGHT: np.array([True, False])}
    more = {stored_names.CALIBRATED: np.array([0.7, 0.6]), stored_names.GROUPS: np.array([1, 1])}
    run = read(tmp_path, ARRAYS | sure | more)[0]
    assert run.probability.tolist() == [0.7, 0.6]
    assert run.items.tolist() == [1, 1]
