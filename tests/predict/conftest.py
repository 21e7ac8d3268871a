"""A finished run of the blobs, to ask."""

from __future__ import annotations

import pytest

from relxfer.predict import predictions
from relxfer.predict.chosen import Wanted
from relxfer.testing import blobs, harness

CONFIG = {
    "seeds": [3, 4],
    "threads": 1,
    "device": "cpu",
    "source": {"name": "s", "datasets": ["blobs-source"], "training": {"steps": 20, "lr": 0.02}},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [6, "all"]},
    "training": {"steps": 60, "lr": 0.02},
    "strategy": ["finetune", "zero-shot"],
    "report": {"resamples": 200},
}


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    return harness.run(CONFIG, tmp_path_factory.mktemp("asked") / "run", [blobs])


@pytest.fixture(scope="session")
def choose(results):
    """`choose(**wanted)` of that run."""

    def chosen(**wanted):
        return predictions.choose(results.folder, harness.plugins_with([blobs]), Wanted(**wanted))

    return chosen
